// Passkeys: the browser's ceremony between two of our own addresses.
const button = document.getElementById("passkey");
const problem = document.getElementById("problem");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const isAddress = /^[\d.]+$|:/.test(location.hostname.replace(/[[\]]/g, ""));

const post = async (address, body) => {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": document.querySelector("meta[name=csrf]").content },
    body: JSON.stringify(body),
    cache: "no-store",
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.problem || "");
  return answer;
};

const withBytes = (options) => {
  const listed = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
  };
};

const withText = (credential) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  response: Object.fromEntries(
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
      .filter((name) => credential.response[name])
      .map((name) => [name, text(credential.response[name])]),
  ),
});

const run = async () => {
  problem.hidden = true;
  try {
    const publicKey = withBytes(await post(button.dataset.options, {}));
    const credential = "new" in button.dataset
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    location.assign((await post(button.dataset.answer, withText(credential))).to);
  } catch (fault) {
    problem.textContent = fault.name === "Error" && fault.message ? fault.message : button.dataset.failed;
    problem.hidden = false;
  }
};

if (window.PublicKeyCredential && !isAddress) {
  button.addEventListener("click", run);
} else {
  button.hidden = true;
  document.getElementById("no-passkey")?.removeAttribute("hidden");
}
