"""Words that Google translates with everything else, in lower case; a part of a word stands for all of its forms."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


# What the label of a topic says of it.
STATES = {
    "pinned": _words(
        "pinned|fijad|anclad|destacad|angepinnt|angeheftet|fixiert|épingl|fissat|fixad|afixad|vastgezet"
        "|vastgemaakt|przypięt|закреплен|закреплён|закріплен|ピン留め|固定|置顶|已置顶|置頂|고정|sabitlen|připnut"
        "|pripnut|rögzít|fäst|fastgjort|festet|kiinnitet|fixat|مثبت|נעוץ|מוצמד|καρφιτσ"
    ),
    "closed": _words(
        "locked|closed|bloquead|cerrad|gesperrt|geschlossen|verrouill|fermé|bloccat|chius|trancad|fechad"
        "|vergrendeld|gesloten|zablokowan|zamknięt|заблокир|закрыт|заблоков|закрит|ロック|锁定|已锁|鎖定|已关闭"
        "|已關閉|잠금|잠긴|잠겼|kilitl|uzamčen|zamčen|uzamknut|zárol|lezár|låst|lukit|blocat|închis|مقفل|مغلق"
        "|נעול|סגור|κλειδωμ"
    ),
}
NOT_STATES = ("unpinned", "unlocked", "reopened")

NAME = _words(
    "group name|name|display name|nombre|nombre del grupo|gruppenname|name der gruppe|nom|nom du groupe|nome"
    "|nome do grupo|nome del gruppo|naam|groepsnaam|naam van groep|nazwa|nazwa grupy|название|название группы|имя"
    "|имя группы|назва|назва групи|グループ名|名前|群组名称|组名|名称|群組名稱|名稱|그룹 이름|이름|grup adı|ad"
    "|gruppnamn|namn|gruppenavn|gruppens navn|navn|název|název skupiny|názov|názov skupiny|nimi|ryhmän nimi|név"
    "|csoport neve|nume|numele grupului|όνομα|όνομα ομάδας|اسم المجموعة|الاسم|שם הקבוצה|שם"
)
DESCRIPTION = _words(
    "descrip|beschreibung|descri|beschrijving|opis|описание|опис|説明|说明|描述|說明|설명|açıklama|beskrivning"
    "|beskrivelse|popis|kuvaus|leírás|descriere|وصف|תיאור|περιγραφή"
)

# The setting for who may read the conversations: a word of each of the first two, and none of the third.
VIEW = _words(
    "view|can read|can see|puede ver|pueden ver|leer|sehen|ansehen|anzeigen|lesen| voir|consulter|afficher| lire"
    "|vedere|visualizza|leggere|pode ver|podem ver|visualizar|bekijken| zien|lezen|wyświetl|zobaczy|czytać|просм"
    "|видеть|читать|перегля|бачити|читати|表示|閲覧|查看|浏览|檢視|瀏覽|조회|볼 수|görüntüle|görebil|visa |läsa"
    "|vise|zobraz|vidět|čtení|katsella|nähdä|megtekint|vizualiz|προβολή|عرض|להציג|לראות"
)
CONVERSATIONS = _words(
    "conversation|topic|message|post|archive|conversaci|tema|mensaje|publicaci|konversation|unterhaltung|themen"
    "|beiträg|nachricht|discussion|sujet|conversazion|argoment|messagg|conversas|conversa|tópico|mensage|gesprek"
    "|onderwerp|bericht|wątk|rozmow|konwersac|wiadomo|обсужд|тем|сообщ|разговор|бесед|розмов|повідом|会話"
    "|トピック|スレッド|投稿|メッセージ|对话|主题|会话|帖子|對話|主題|會話|대화|주제|게시물|konuşma|ileti|konu"
    "|ämne|meddelande|samtale|emne|meddelelse|konverz|téma|zpráv|keskustel|viesti|beszélget|üzenet|conversați"
    "|συζητ|محادث|שיחות|הודעות"
)
MEMBERS = _words(
    "member|miembro|mitglied|membre|membri|membro|leden|członk|участник|учасник|メンバー|成员|成員|회원|구성원"
    "|üye|medlem|člen|jäsen|tagok|μέλη|أعضاء|חברי"
)
# The same setting as the Groups Settings API has it.
VIEW_SETTING, ANYONE = "whocanviewgroup", "anyone_can_view"
# Who may: everybody, and nothing that narrows it down.
EVERYBODY = _words(
    "anyone|everyone|public|todo el mundo|cualquier|cualquiera|públic|público|jeder|alle im web|öffentlich"
    "|tout le monde|internautes|n'importe qui|toute personne|chiunque|pubblic|pubblico|qualquer|iedereen|openbaar"
    "|każdy|wszyscy|publiczn|publiczny|любой|все поль|кто угодно|в интернете|будь-хто|усі корист|ウェブ上の|全員|公開"
    "|任何人|所有人|公开|모든 사용자"
    "|웹상의|누구나|공개|herkes|alla på webben|vem som helst|alle på nett|alle på internet|hvem som helst|kdokoli"
    "|kdokoľvek|kuka tahansa|bárki|oricine|οποιοσδήποτε|أي شخص|الجميع|כל אחד"
)
# Whole words, where words are parted: "everyone at Webflow" is not everybody.
ON_THE_WEB = _words(
    "web|webu|webe|webben|webes|internet|internetu|internete|internetes|interneten|internecie|internautes|nett"
    "|nettet|internett|verkossa|интернет|інтернет|網路|網際網路|网络|互联网|ウェブ|インターネット|웹|인터넷|ιστό"
    "|διαδίκτυο|الويب|الإنترنت|באינטרנט"
)
NARROWED = MEMBERS + _words(
    "organi|domain|dominio|domaine|domän|domínio|domein|домен|организ|організ|owner|manager|propietari|besitzer"
    "|inhaber|propriét|proprietari|administra|eigenaar|beheerder|właściciel|menedżer|владел|менедж|власник"
    "|ドメイン|組織|オーナー|マネージャー|组织|网域|所有者|管理|網域|擁有者|조직|도메인|소유자|관리자|kuruluş"
    "|alan|ägare|ejer|eier|group|grupo|gruppe|groupe|gruppo|groep|grupy|групп|груп|グループ|群组|群組|그룹|grup"
    "|grupp|skupin|ryhmä|csoport|not|nicht|nobody|no one|niemand|nadie|personne|nessuno|ninguém|nikt|никто"
    "|private|invited"
)

ROLES = {
    "owner": _words(
        "owner|propietari|dueñ|besitzer|inhaber|eigentümer|propriét|proprietari|eigenaar|właściciel|владел"
        "|власник|オーナー|所有者|擁有者|소유자|sahib|ägare|ejer|eier|vlastník|omistaja|tulajdonos|ιδιοκτ|مالك"
        "|בעלים"
    ),
    "manager": _words(
        "manager|administrador|gestor|gerent|gestionnaire|beheerder|menedżer|менедж|マネージャー|管理员|管理者"
        "|管理員|관리자|yönetici|ansvarig|chef|leder|správce|správca|järjestelmänvalvoja|kezelő|διαχειρ|مدير|מנהל"
    ),
    "member": _words(
        "member|miembro|mitglied|membre|membro|lid|członek|участник|учасник|メンバー|成员|成員|회원|구성원|üye"
        "|medlem|člen|jäsen|tag|membru|μέλος|عضو|חבר"
    ),
}
# What may stand beside a role: of the group, and these. "Not a member" and "former member" are none.
BESIDE_ROLES = frozenset(_words("of|the|de|del|la|le|du|des|der|do|da|di|van"))
OF_GROUP = _words(
    "group|grupo|gruppe|groupe|gruppo|groep|grupy|групп|груп|グループ|群组|群組|그룹|grup|grupp|skupin|ryhmä|csoport"
    "|ομάδα|المجموعة|הקבוצה"
)
# Who left, or was made to: nobody else's export brings them back.
GONE = _words(
    "banned|has left|quit the|resigned|abandon|verlassen|quitté|lasciat|saiu|verlaten|opuści|покину|вышел|вышла|退会"
    "|脱退|退出|탈퇴|blocked|removed|left the|former|unsubscribed|bloquead|expulsad|vetad|prohibid|eliminad|gesperrt"
    "|blockiert|entfernt|ausgetreten|verbannt|ehemalig|banni|bloqué|exclu|supprim|bandit|bloccat|espuls|rimoss"
    "|banid|removid|verbannen|geblokkeerd|verwijderd|zablokowan|zbanowan|usunięt|заблок|забан|удал|видален|禁止"
    "|ブロック|削除|封禁|屏蔽|已移除|停權|封鎖|차단|삭제|yasakl|engellen|spärrad|bannlyst|blokeret|udelukket"
    "|utestengt|zablokov|zakázán|estetty|kitilt|interzis|blocat|αποκλεισ|محظور|חסום"
)
# Who has not joined, or whom no mail reaches.
WAITING = _words(
    "pending|invited|awaiting|requested|bounc|bouncing|undeliver|not ok|suspend|inactive|pendiente|invitad|rebot"
    "|devuelt|ausstehend|eingeladen|angefragt|unzustellbar|en attente|invité|rejeté|in attesa|invitat|respint"
    "|pendente|convidad|devolvid|in behandeling|uitgenodigd|onbestelbaar|oczekuj|zaprosz|odrzuc|ожида|приглаш"
    "|очіку|запрош|недостав|保留|招待|バウンス|不達|待处理|待定|受邀|已邀请|退回|待處理|已邀請|退信|대기|초대"
    "|반송|beklemede|davet|geri dönen|väntande|inbjud|studs|afventer|inviteret|ventende|invitert|čeká|čaká|pozván"
    "|pozvan|odmít|odottaa|kutsuttu|függő|meghív|așteptare|σε εκκρεμ|معلق|ממתין"
)
# What the column with one of these is called.
STATUS = _words(
    "status|state|role|type|estado|rol|función|rolle|zustand|statut|rôle|stato|ruolo|situação|função|stan|статус"
    "|роль|ステータス|役割|状态|状態|角色|狀態|상태|역할|durum|tila|szerep|κατάσταση|حالة|סטטוס"
)
