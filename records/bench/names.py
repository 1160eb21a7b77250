"""Names as they are given and written in many places: what invented people are called."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Culture:
    """How often people are from here, and what they are called. Commoner names come first."""

    weight: int
    country: str
    language: str
    phone: str
    families: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    cities: tuple[str, ...]


def _culture(
    weight: int, place: str, phone: str, families: str, women: str, men: str, cities: str
) -> Culture:
    """``place`` is "country language"; ``phone`` has # for a digit; ``_`` is a space in a name."""
    country, language = place.split()
    pools = (
        tuple(name.replace("_", " ") for name in text.split())
        for text in (families, women, men, cities)
    )
    return Culture(weight, country, language, phone, *pools)


CULTURES = (
    _culture(
        30, "DE de", "+49151########",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
        "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange "
        "Krause Lehmann Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller "
        "Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz "
        "Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Krämer Vogt Stein Jäger "
        "Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn von_Ahn",
        "Anna Maria Ursula Sabine Renate Monika Petra Emma Hannah Lena Julia Sophie Katharina Lea Laura "
        "Helga Karin Brigitte Ingrid Susanne Mia Johanna Charlotte Greta Jule Bärbel Änne Käthe",
        "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Stefan Christian Lukas Leon Finn Jonas Paul "
        "Felix Maximilian Hans Günter Karl Werner Uwe Jörg Sören Matthias Tobias Jakob Emil",
        "Köln Berlin Hamburg München Leipzig Münster Görlitz Düren",
    ),
    _culture(
        12, "GB en", "+447400######",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker "
        "White Roberts Green Hall Wood Jackson Clarke Patel Khan Lewis James Phillips Mason Mitchell "
        "O'Brien O'Connor MacDonald Hughes Edwards Cooper Ward Turner Carter Bell Shah Bennett Begum",
        "Olivia Amelia Isla Ava Mary Margaret Susan Patricia Elizabeth Sarah Emily Grace Chloe Siobhán Zoë",
        "Oliver George Arthur Noah Muhammad John David Michael James Robert William Daniel Harry Seán Ian",
        "London Leeds Bristol Cardiff Belfast Glasgow",
    ),
    _culture(
        8, "TR tr", "+90532#######",
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan "
        "Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Güneş Işık Ünal Avcı",
        "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Büşra Özlem Gülşen Ebru İrem",
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Ömer Yusuf Emre Çağrı Umut",
        "İstanbul Ankara İzmir Konya Diyarbakır",
    ),
    _culture(
        7, "PL pl", "+48501######",
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak "
        "Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Piotrowski Grabowski Nowakowski Pawłowski",
        "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Zofia Łucja Żaneta Julia Hanna",
        "Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Stanisław Łukasz Grzegorz Antoni",
        "Warszawa Kraków Łódź Wrocław Gdańsk",
    ),
    _culture(
        6, "FR fr", "+3361#######",
        "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre "
        "Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Traoré",
        "Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Chloé Inès Léa Manon Éloïse",
        "Jean Pierre Michel André Philippe René Louis Gabriel Raphaël Léo Hugo François",
        "Paris Lyon Marseille Nîmes Besançon",
    ),
    _culture(
        6, "ES es", "+3461#######",
        "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz "
        "Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Núñez Ibáñez de_la_Cruz Peña",
        "María Carmen Ana Isabel Laura Lucía Paula Elena Pilar Rosario Begoña Inmaculada",
        "Antonio José Manuel Francisco Juan David Javier Daniel Carlos Jesús Íñigo Andrés",
        "Madrid Sevilla Málaga A_Coruña Logroño",
    ),
    _culture(
        6, "RU ru", "+7912#######",
        "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков "
        "Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Щербаков",
        "Анна Мария Елена Ольга Наталья Татьяна Ирина Светлана Юлия Екатерина Людмила София",
        "Александр Сергей Дмитрий Андрей Алексей Иван Михаил Пётр Николай Юрий Максим Артём",
        "Москва Пермь Казань Уфа",
    ),
    _culture(
        4, "UA uk", "+38067#######",
        "Мельник Шевченко Бондаренко Коваленко Бойко Ткаченко Кравченко Ковальчук Коваль Олійник Шевчук "
        "Поліщук Лисенко Марченко Савченко Руденко Петренко Ґудзь",
        "Олена Оксана Ірина Наталія Юлія Соломія Ганна Марія Тетяна Людмила",
        "Олександр Андрій Володимир Сергій Михайло Тарас Богдан Юрій Іван Ярослав",
        "Київ Львів Харків Одеса",
    ),
    _culture(
        5, "EG ar", "+2010########",
        "محمد أحمد علي حسن إبراهيم محمود السيد عبد_الله مصطفى خليل يوسف الشريف عثمان سليمان النجار حسين "
        "المصري عمر منصور صالح",
        "فاطمة مريم عائشة زينب نور سارة هدى أمينة ليلى سلمى ياسمين خديجة",
        "محمد أحمد محمود علي عمر يوسف كريم خالد طارق إبراهيم حسن مصطفى",
        "القاهرة الإسكندرية أسوان",
    ),
    _culture(
        3, "IR fa", "+98912#######",
        "محمدی حسینی احمدی رضایی کریمی موسوی جعفری قاسمی رحیمی هاشمی صادقی پورحسین نجفی",
        "زهرا فاطمه مریم سارا نرگس پریسا شیرین مهسا",
        "علی رضا حسین مهدی امیر پویا کیان بهرام",
        "تهران اصفهان شیراز",
    ),
    _culture(
        2, "IL he", "+97250#######",
        "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן אגבריה שפירא חדד עמר",
        "נועה תמר מאיה שרה רחל אסתר יעל מרים",
        "דוד יוסף משה נועם איתי אברהם דניאל יעקב",
        "ירושלים חיפה",
    ),
    _culture(
        3, "GR el", "+30694#######",
        "Παπαδόπουλος Βλάχος Αγγελόπουλος Νικολαΐδης Γεωργίου Δημητρίου Παππάς Καραγιάννης Οικονόμου Μακρής",
        "Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα",
        "Γεώργιος Κωνσταντίνος Ιωάννης Δημήτριος Νικόλαος Παναγιώτης Βασίλειος Χρήστος",
        "Αθήνα Θεσσαλονίκη",
    ),
    _culture(
        5, "IN hi", "+9198########",
        "शर्मा सिंह कुमार वर्मा गुप्ता यादव पटेल मिश्रा चौधरी जोशी पांडेय तिवारी अग्रवाल सक्सेना देवी खान",
        "सुनीता अनीता प्रिया पूजा नेहा कविता सीता गीता रेखा अंजलि",
        "राम राजेश सुरेश अमित विजय संजय अनिल मोहन दीपक राहुल",
        "दिल्ली लखनऊ जयपुर",
    ),
    _culture(
        2, "BD bn", "+8801712######",
        "ইসলাম রহমান হোসেন আহমেদ খাতুন আক্তার বেগম দাস চৌধুরী মিয়া সরকার",
        "ফাতেমা আয়েশা নাসরিন শিরিন সালমা রোকেয়া",
        "মোহাম্মদ আবদুল রফিক করিম সাকিব তারেক",
        "ঢাকা চট্টগ্রাম",
    ),
    _culture(
        6, "CN zh", "+86139########",
        "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 欧阳 司马",
        "秀英 敏 静 丽 娟 艳 芳 婷 雪 欣怡 雨桐 玉兰",
        "伟 强 磊 军 勇 杰 涛 明 超 浩然 子轩 建国",
        "北京 上海 成都",
    ),
    _culture(
        3, "JP ja", "+8190########",
        "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 斎藤 ヤマダ",
        "陽子 さくら 美咲 葵 由美子 結衣 恵子 あかり",
        "太郎 健 大輔 翔太 蓮 一郎 誠 ケンジ",
        "東京 大阪 京都",
    ),
    _culture(
        3, "KR ko", "+8210########",
        "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 남궁",
        "영희 지은 서연 민지 수빈 은주 하은 미영",
        "민준 철수 지훈 동현 성호 영수 준호 현우",
        "서울 부산",
    ),
    _culture(
        2, "TH th", "+6681#######",
        "ใจดี แก้วมณี สุขสวัสดิ์ ศรีสุวรรณ ทองดี บุญมา รักไทย วงศ์ใหญ่",
        "สมหญิง มาลี นิภา สุดา กัญญา พิมพ์",
        "สมชาย ประเสริฐ วิชัย สมศักดิ์ ณัฐ ธนา",
        "กรุงเทพ เชียงใหม่",
    ),
    _culture(
        4, "VN vi", "+8490#######",
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
        "Thị_Lan Thị_Hương Thị_Mai Ngọc_Anh Thu_Hà Thị_Hồng Bích_Ngọc Mỹ_Linh",
        "Văn_Nam Văn_Hùng Minh_Đức Quốc_Bảo Hữu_Phước Anh_Tuấn Đình_Long Văn_Thành",
        "Hà_Nội Huế Đà_Nẵng",
    ),
    _culture(
        5, "NG en", "+234803#######",
        "Okafor Adeyemi Okonkwo Ibrahim Eze Balogun Nwosu Ọlábísí Adébáyọ̀ Chukwu Bello Ogunleye Musa Obi",
        "Ngozi Chioma Adaeze Fúnmiláyọ̀ Aisha Blessing Ifeoma Yetunde Zainab Amaka",
        "Chinedu Emeka Olúwaṣeun Tunde Musa Abubakar Ikenna Babátúndé Sani Kelechi",
        "Lagos Abuja Kano",
    ),
    _culture(
        2, "ET am", "+25191#######",
        "ተስፋዬ በቀለ አበበ ከበደ ገብረ ኃይሌ ወልደ መንግሥቱ",
        "ሰላም ሀና ማርታ አስቴር ብርሃን ትዕግስት",
        "ዳዊት ዮሐንስ ሙሉጌታ አበበ ተስፋዬ ሳሙኤል",
        "አዲስ_አበባ",
    ),
)  # fmt: skip

# Beginnings, middles and ends of names that hardly anybody has.
_RARE = tuple(
    text.split()
    for text in (
        (
            "Ab Al Ander Barn Bel Bern Bor Bran Cal Car Cor Dal Dan Dor Eber El Fal Far Fen Gar Ger Gold Grün Hal "
            "Han Har Hil Hol Ig Jar Kal Kel Kor Lam Lind Lor Mal Man Mor Nad Neu Ober Ost Pal Per Ros Sal Sand "
            "Sel Stein Tal Ter Tor Ul Ver Vin Wal Wes Zan"
        ),
        (
            "a an ar e el en er es i il in is o ol on or u ul um un bel den der dor fel ga gen gol hau ka ken "
            "ko la li lo ma mi na no ra ri ro sa si ta ti va vi"
        ),
        (
            "ach bach berg bert burg by dahl dal den dorf elli er ez feld ford hof ic ini ish ka ko land ley lin "
            "man mann mark ner nik oğlu off one os ov ow quist rath ron sen ski son stad stein ter ton ura vic wald"
        ),
    )
)


def rare(draw: Random) -> str:
    """A family name of one of 136,000."""
    return "".join(draw.choice(part) for part in _RARE)
