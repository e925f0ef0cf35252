// Households by name, address or number, from the register's search.
import { Combobox, post } from "./combobox.js";

const ask = async (text) => {
  const response = await post("/api/v1/households/search", { text });
  return response.ok ? (await response.json()).households : [];
};

export class HouseholdSearch extends Combobox {
  constructor(parts) {
    super({
      ...parts,
      ask,
      title: (household) => household.name || household.id,
      about: (household) => [household.id, household.address].filter(Boolean).join("　"),
    });
  }

  async find(id) {
    return (await ask(id)).find((household) => household.id === id);
  }
}
