"""The invented patients' names as their bearers would write them: family name, given names, sex.

An empty family name is somebody with one name only.
"""

F, M, X = "female", "male", "other"

Name = tuple[str, str, str]

BRIGID: list[Name] = [
    ("Müller", "Ana Maria", F), ("Müller", "Anna-Lena", F), ("Mueller", "Jürgen", M),
    ("Schäfer", "Heinrich", M), ("Weiß", "Käthe", F), ("Groß", "Jörg", M),
    ("von der Leuchtenburg", "Friederike", F), ("Schmidt", "Lukas", M), ("Schmidt", "Luca", X),
    ("Krüger-Adeyemi", "Tolu", F), ("Böhm", "Wolfgang Amadeus", M), ("Zimmermann", "Ilse", F),
    ("Yılmaz", "Elif", F), ("Şahin", "Ömer", M), ("Çelik", "İbrahim", M), ("Öztürk", "Ayşe Nur", F),
    ("Wójcik", "Małgorzata", F), ("Łukasik", "Stanisław", M), ("Dvořák", "Jiří", M),
    ("Nováková", "Žofie", F), ("Horváth", "Ágnes", F), ("Popescu", "Ștefan", M),
    ("Đorđević", "Milica", F), ("Шевченко", "Олена", F), ("Коваленко", "Андрій", M),
    ("Иванова", "Анна Сергеевна", F), ("Кузнецов", "Дмитрий", M), ("Бондаренко", "Ірина", F),
    ("Παπαδοπούλου", "Ελένη", F), ("Νικολάου", "Γιώργος", M), ("حداد", "ليلى", F),
    ("الخطيب", "محمود", M), ("العلي", "نور الهدى", F), ("احمدی", "زهرا", F), ("رضایی", "کیان", M),
    ("כהן", "נועה", F), ("לוי", "אביגיל", F), ("Nguyễn", "Thị Hồng", F), ("Trần", "Văn Đức", M),
    ("王", "小明", M), ("李", "秀英", F), ("김", "민준", M), ("박", "서연", F), ("Tesfaye", "Hirut", F),
    ("ገብረ", "ሰላም", F), ("Հակոբյան", "Անի", F), ("ბერიძე", "ნინო", F), ("García Márquez", "José Luis", M),
    ("Núñez de la Fuente", "Inés", F), ("dos Santos", "João Pedro", M), ("Da Costa", "Beatriz", F),
    ("Rossi", "Niccolò", M), ("D’Angelo", "Chiara", F), ("Lefèvre", "Noël", M),
    ("", "Suryani", F), ("", "Wayan", M),
]  # fmt: skip

COLUMBA: list[Name] = [
    ("O’Connor", "Siobhán", F), ("O’Connor", "Sean", M), ("MacDonald", "Eilidh", F),
    ("McAllister", "Rory", M), ("Llewellyn", "Siân", F), ("ap Rhys", "Gruffudd", M),
    ("Smith", "Jane", F), ("Smith", "Jane", F), ("Smythe-Jones", "Oliver", M),
    ("Taylor", "Grace", F), ("Clarke", "Winston", M), ("Campbell", "Marcia", F),
    ("Adébáyọ̀", "Folákẹ́", F), ("Okoro", "Daniel", M), ("Okonkwo", "Chinwe", F), ("Mensah", "Kofi", M),
    ("Asante", "Akosua", F), ("Warsame", "Hodan", F), ("Abdi", "Mohamed Yusuf", M),
    ("Kamau", "Wanjirũ", F), ("शर्मा", "प्रिया", F), ("Sharma", "Priya", F), ("वर्मा", "राजेश", M),
    ("Patel", "Hiteshbhai", M), ("પટેલ", "મીના", F), ("ਸਿੰਘ", "ਗੁਰਪ੍ਰੀਤ", M), ("Kaur", "Harleen", F),
    ("রহমান", "শামীম", M), ("আক্তার", "ফাতেমা", F), ("Chowdhury", "Nasrin", F),
    ("சுப்பிரமணியம்", "கார்த்திக்", M), ("Pillai", "Meenakshi", F), ("රණසිංහ", "නිමල්", M),
    ("خان", "عائشہ", F), ("Khan", "Imran", M), ("Hussain", "Zainab", F), ("Chen", "Wei", M),
    ("陳", "美玲", F), ("黃", "志強", M), ("佐藤", "健一", M), ("たなか", "さくら", F), ("Suzuki", "Haruto", M),
    ("สมบูรณ์", "มาลี", F), ("Reyes", "Maria Corazón", F), ("Nakamura-Hughes", "Emi", F),
    ("Þórsdóttir", "Guðrún", F), ("Ångström", "Åke", M), ("Sørensen", "Bjørn", M),
    ("Virtanen", "Päivi", F), ("Kowalska", "Joanna", F), ("Ionescu", "Răzvan", M),
    ("Van den Berg", "Pieter", M), ("al-Rashid", "Yasmin", F), ("Fitzgerald", "Alex", X),
    ("", "Teller", M), ("", "Björk", F),
]  # fmt: skip

# Known to both hospitals; a passport makes them one person.
BOTH: list[Name] = [
    ("Haddad", "Rami", M), ("Lindqvist", "Sigrid", F), ("Петрова", "Мария", F), ("Owusu", "Abena", F),
]  # fmt: skip
