"""The sentences of the map and the sheet, in Japanese and English."""

from __future__ import annotations

from typing import Final, Literal

from geo.errors import ParameterWrong

Lang = Literal["ja", "en"]

_JOIN_JA: Final = """\
1. {count}枚を、上の図の番号の順に並べます。
2. 左と上の太い線で切ります（いちばん左と、いちばん上の紙は切りません）。
3. 右側と下側の点線に合わせて、次の紙をはります（重なりは{overlap}mm）。
4. 印刷は「実際のサイズ（100％）」で。拡大・縮小すると合いません。
5. 写真で読み取るときは、はり合わせる前に1枚ずつ写します。"""

_JOIN_EN: Final = """\
1. Lay the {count} sheets in the order of the picture above.
2. Cut along the heavy lines at the left and the top (not the first column or row).
3. Paste the next sheet on at the dotted line, right and below ({overlap} mm overlap).
4. Print at actual size (100 %), or the sheets will not meet.
5. To read them back from photographs, take one of each sheet before joining."""

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("福祉マップ", "Welfare map"),
    "legend": ("凡例", "Legend"),
    "legend_over": ("凡例は次のページ", "Legend on the next page"),
    "legend_more": ("つづきは次のページ", "Continued on the next page"),
    "panel": ("凡例と表示", "Legend and layers"),
    "close": ("閉じる", "Close"),
    "mesh_250m": ("世帯の数（250 mメッシュ）", "Households (250 m cells)"),
    "mesh_500m": ("世帯の数（500 mメッシュ）", "Households (500 m cells)"),
    "mesh_1km": ("世帯の数（1 kmメッシュ）", "Households (1 km cells)"),
    "households": ("世帯", "Households"),
    "supporters": ("担い手", "Supporters"),
    "links": ("見守りの線", "Watch links"),
    "uncovered": ("支援が届かない世帯", "Households nobody reaches"),
    "uncovered_areas": ("支援が届かない地域", "Areas nobody reaches"),
    "places": ("地域資源", "Places"),
    "places_zoom": ("拡大すると表示されます。", "Zoom in to see them."),
    "districts": ("校(地)区の境", "District boundaries"),
    "streets": ("道路", "Streets"),
    "steps": ("階段", "Steps"),
    "composition": ("世帯の種類（形）", "Household (shape)"),
    "need": ("困りごと（色と文字）", "Need (colour and letter)"),
    "no_need": ("困りごとなし・未確認", "No need, or not asked"),
    "several": ("二つ以上（太い枠）", "Two or more (thick edge)"),
    "unknown": ("不明", "Unknown"),
    "active": ("活動中の担い手", "Active supporter"),
    "not_active": ("準備中・休止中の担い手", "Supporter not active now"),
    "suppressed": ("{least}未満（なしを含む）", "Fewer than {least}, or none"),
    "few": ("少ないか、いないため、数は出しません", "few or none: not published"),
    "or_more": ("{}以上", "{} or more"),
    "arrow": ("矢印の先が見守られる人", "Points to the watched"),
    "strong": ("太いほど強いつながり", "The thicker, the stronger"),
    "group": ("近い家のまとまり（数は軒数）", "Houses close together (how many)"),
    "background": ("背景地図", "Background map"),
    "no_background": ("なし（道路と境界のみ）", "None (streets and boundaries only)"),
    "north": ("北", "N"),
    "zoom_in": ("拡大", "Zoom in"),
    "zoom_out": ("縮小", "Zoom out"),
    "walker": ("一軒ずつ見る", "One by one"),
    "previous": ("前へ", "Previous"),
    "next": ("次へ", "Next"),
    "open": ("くわしく", "Details"),
    "no_items": ("表示中のものがありません", "Nothing is shown here"),
    "made": ("作成日", "Made on"),
    "source": ("出典", "Source"),
    "cell": ("メッシュ", "Cell"),
    "count": ("世帯数", "Households"),
    "address": ("住所", "Address"),
    "needs": ("困りごと", "Needs"),
    "activities": ("できること", "Can help with"),
    "weekdays": ("曜日", "Days"),
    "status": ("状態", "Status"),
    "strength": ("強さ", "Strength"),
    "kind": ("種類", "Kind"),
    "remark": ("備考", "Note"),
    "lives": ("世帯の種類", "Household"),
    "loading": ("地図のデータを読み込んでいます…", "Loading the map’s data…"),
    "failed": (
        "地図のデータを読み込めませんでした。接続を確かめて、ページを開き直してください。",
        "The map’s data could not be loaded. Check the connection and open the page again.",
    ),
    "map_help": (
        "矢印キーで動かし、＋と－で拡大・縮小します。",
        "Move with the arrow keys, zoom with plus and minus.",
    ),
    "walker_help": (
        "左右の矢印キーで近くの家を順に、Enterキーでくわしく見ます。",
        "Left and right arrow keys go from house to house, Enter shows the details.",
    ),
    "house": ("家", "House"),
    "houses": ("家（番号は別紙の一覧）", "Houses (numbers: see the list)"),
    "helper": ("世話焼きさん（見守る人）", "Somebody who looks after others"),
    "worry": ("気になる", "A worry"),
    "without_line": ("見守りの線がない家", "House without a line"),
    "notes": ("メモ", "Note"),
    "areas": ("まとまり", "Groups"),
    "mutual": ("両方の矢印は互いに見守る", "Both arrows: for one another"),
    "pens": ("ペンの色", "Colours of pens"),
    "stickers": ("シールの色", "Colours of stickers"),
    "index": ("索引", "Index"),
    "approval": ("承認番号", "Approval no."),
    "scale": ("縮尺 1/{n}", "Scale 1:{n}"),
    "page": ("{page}／{pages}ページ", "Page {page} of {pages}"),
    "tile": ("{row}段目の左から{column}枚目", "Row {row}, sheet {column} from the left"),
    "join": ("はり合わせかた", "How to join the sheets"),
    "join_steps": (_JOIN_JA, _JOIN_EN),
    "key_title": ("家の番号の一覧", "List of house numbers"),
    "number": ("番号", "No."),
    "square": ("区画", "Square"),
    "name": ("名前", "Name"),
    "staff_only": ("取扱注意：個人の情報を含みます", "Confidential: contains personal information"),
}


def say(word: str, lang: str) -> str:
    """The word or sentence in ``lang``.

    >>> say("legend", "en")
    'Legend'
    """
    return WORDS[word][0 if lang == "ja" else 1]


def require_lang(lang: str) -> None:
    """Refuse a language that the labels are not written in.

    Raises
    ------
    ParameterWrong
    """
    if lang not in {"ja", "en"}:
        raise ParameterWrong(name="lang", value=lang, wanted="ja or en")
