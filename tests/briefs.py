"""Short news in several languages, what stands around them on pages, and texts on templates.

The events, people, firms and places are invented.
"""

# Of each language three briefs that have nothing to do with one another.
BRIEFS: dict[str, tuple[str, str, str]] = {
    "English": (
        "A freight train left the rails outside Hallowby early on Tuesday and blocked both lines"
        " to the coast. Nobody was hurt, the operator said, but two wagons loaded with fertiliser"
        " tipped over. Engineers expect the northern track to reopen on Thursday evening; until"
        " then passengers are taken round by bus from Crane Bridge.",
        "The novelist Ines Farrow has won this year's Tarrant Prize for a book about three"
        " generations of lighthouse keepers. The jury praised its humour and its patience with"
        " silence. Farrow, 61, who worked as a vet until 2015, said that she would spend the money"
        " on a new roof.",
        "Councillors in Easterley have refused permission for a supermarket on the old hospital"
        " site. They followed residents who feared more lorries on Pell Lane and who want homes"
        " there instead. The chain said that it was disappointed and would decide within a month"
        " whether to appeal.",
    ),
    "German": (
        "Ein Schwelbrand hat in der Nacht zum Sonntag das Vereinsheim der Kanuten in Rothenau"
        " zerstört. Die Feuerwehr war mit 40 Kräften im Einsatz, konnte das Holzhaus aber nicht"
        " retten. Zwölf Boote verbrannten. Die Polizei geht von einem defekten Ladegerät aus und"
        " schätzt den Schaden auf 180.000 Euro.",
        "Die Geigerin Lene Brandauer übernimmt im Herbst die Leitung der Musikschule Wieselbach."
        " Sie folgt auf Heinrich Sollmann, der nach 26 Jahren in den Ruhestand geht. Brandauer will"
        " vor allem Unterricht in den Dörfern anbieten, weil dort immer seltener Busse fahren.",
        "Im Streit um den Wolf am Hohen Grind hat das Landratsamt den Abschuss vorerst abgelehnt."
        " Gutachter hätten das Tier nur bei einem von sieben Rissen nachweisen können, hieß es."
        " Schäfer aus der Umgebung kündigten an, vor das Verwaltungsgericht zu ziehen.",
    ),
    "Spanish": (
        "El ayuntamiento de Valdecuna cerrará al tráfico la plaza mayor desde el lunes para cambiar"
        " las tuberías del agua, que tienen más de setenta años. Las obras durarán once semanas y"
        " los comerciantes podrán descargar solo antes de las diez de la mañana.",
        "La atleta Marisol Ibarguren batió el sábado en Puerto Ledesma el récord regional de salto"
        " de altura con 1,91 metros. Lo consiguió al tercer intento y con viento en contra. La"
        " federación le ha ofrecido una beca para entrenar en la capital.",
        "Un jurado declaró culpable al antiguo tesorero de la cooperativa aceitera de Olmedilla de"
        " haber desviado dinero durante seis años. La sentencia se conocerá en mayo. Su abogado"
        " anunció que recurrirá porque, según dijo, faltaban facturas en el sumario.",
    ),
    "French": (
        "Une avalanche a emporté mercredi deux randonneurs au-dessus de Saint-Brévan. Les"
        " secouristes les ont retrouvés vivants au bout de quarante minutes grâce à un chien. L'un"
        " d'eux souffre d'une fracture de la jambe. La préfecture avait pourtant déconseillé toute"
        " sortie au-dessus de 1 800 mètres.",
        "Le musée du textile de Courvilliers rouvrira en juin après trois ans de travaux. On y verra"
        " pour la première fois les métiers à tisser rachetés à l'usine Desroches, fermée en 1984."
        " L'entrée restera gratuite le premier dimanche du mois, promet sa directrice.",
        "La sécheresse oblige les maraîchers de la plaine d'Ambrault à laisser en friche un tiers de"
        " leurs champs. Le niveau de la nappe n'a jamais été aussi bas depuis que l'on tient des"
        " registres. Un comité doit décider vendredi qui pourra encore arroser.",
    ),
    "Portuguese": (
        "A ponte pedonal sobre o rio Arade, em Vila Serena, reabriu ontem depois de oito meses de"
        " obras. A estrutura de madeira foi substituída por aço e custou 1,3 milhões de euros. Os"
        " moradores queixam-se de que continua sem iluminação.",
        "O ceramista Duarte Lobato morreu na terça-feira, aos 88 anos, na sua oficina de Monforte"
        " Velho. Os seus painéis azuis decoram duas estações de metro e o hospital de Santa Iria. O"
        " município decretou dois dias de luto.",
        "Pescadores da Ericosa recusam-se a sair para o mar em protesto contra o preço do gasóleo."
        " A associação pede ao governo um apoio de vinte cêntimos por litro. O ministério marcou uma"
        " reunião para segunda-feira, mas não prometeu nada.",
    ),
    "Russian": (
        "В посёлке Верхнегорье из-за прорыва дамбы затоплены сорок домов. Жителей эвакуировали в"
        " школу, пострадавших нет. По словам главы района, вода начнёт уходить не раньше четверга,"
        " а причиной аварии могла стать трещина, которую заметили ещё осенью.",
        "Шахматистка Алина Ветрова выиграла турнир в Белоозёрске, не проиграв ни одной партии."
        " В последнем туре ей хватило ничьей чёрными. Девятнадцатилетняя студентка рассказала, что"
        " готовилась к соревнованию всего две недели и почти не надеялась на победу.",
        "Суд отменил решение о сносе старого вокзала в Каменном Броде. Здание построено в начале"
        " прошлого века, и местные жители собрали в его защиту пять тысяч подписей. Застройщик"
        " намерен обжаловать решение в области.",
    ),
    "Vietnamese": (
        "Một chiếc phà chở bốn mươi hành khách mắc cạn sáng thứ ba gần bến Tân Hòa vì nước sông"
        " xuống thấp bất thường. Không ai bị thương. Lực lượng cứu hộ đưa mọi người vào bờ bằng"
        " thuyền nhỏ, còn phà phải chờ thủy triều lên mới kéo ra được.",
        "Nghệ nhân làm gốm Trần Thị Sen vừa được trao giải thưởng của tỉnh cho bộ sưu tập bình vẽ"
        " cảnh làng quê. Bà học nghề từ cha năm mười hai tuổi và hiện dạy miễn phí cho trẻ em trong"
        " xã vào mỗi cuối tuần.",
        "Giá cà phê ở cao nguyên giảm mạnh sau khi các nhà máy ngừng mua vào. Nông dân nhiều nơi"
        " quyết định giữ hàng trong kho chờ giá tốt hơn. Hiệp hội cho rằng thị trường sẽ ổn định"
        " trở lại khi mùa mưa kết thúc.",
    ),
    "Arabic": (
        "اندلع حريق فجر الأحد في سوق الأقمشة القديم بمدينة تل الزهور وأتى على ثلاثين محلا من دون"
        " أن يصاب أحد. وقال قائد فرق الإطفاء إن تماسا كهربائيا هو السبب المرجح، وإن البلدية ستفتح"
        " سوقا مؤقتة للتجار بعد أسبوعين.",
        "فازت الباحثة سلمى العبدلي بجائزة الجامعة لأفضل دراسة عن المياه الجوفية في الواحات. وقضت"
        " الباحثة أربع سنوات في قياس الآبار بنفسها، وتنوي إنفاق قيمة الجائزة على أجهزة جديدة"
        " للمختبر وعلى تدريب الطلاب.",
        "علق المزارعون في وادي السدر اعتصامهم بعدما وعدتهم الوزارة بشراء محصول البصل كاملا بسعر"
        " ثابت. وكان المعتصمون قد أغلقوا الطريق الدولية ثلاثة أيام احتجاجا على تراجع الأسعار"
        " وارتفاع كلفة النقل.",
    ),
    "Chinese": (
        "北岭县一座百年石桥周二凌晨被洪水冲垮，所幸当时桥上无人。县交通局表示，已在下游搭建临时便桥，"
        "预计周五通车。文物专家将对打捞上来的石料进行编号，以便日后按原样修复。",
        "退休教师何桂兰用二十年时间收集的三千件老农具，近日在云溪镇对外展出。她说，最早的一件犁是祖父"
        "留下的。镇政府为展览腾出了旧粮仓，参观不收门票，周末还有村民现场演示编竹筐。",
        "海望市地铁公司宣布，从下月起取消纸质车票，乘客可用手机或实体卡进站。老年人代表担心不便，公司"
        "承诺各站保留人工窗口，并派志愿者指导。首周进站设备故障将免费放行。",
    ),
}

FURNITURE: dict[str, dict[str, str]] = {
    "footer": {
        "English": (
            "About this newspaper: we are owned by our readers and independent of any party. If you"
            " see something wrong on this page, write to our corrections desk. All material on this"
            " site may be quoted with a link to the original; reprints need the written consent of"
            " the publisher. Sign up for alerts, follow us on your favourite network and download"
            " our free app for the latest headlines wherever you are."
        ),
        "German": (
            "Dieser Artikel stammt aus dem gemeinsamen Archiv der Heimatzeitungen. Alle Rechte"
            " vorbehalten. Vervielfältigung und Weitergabe an Dritte, auch in Teilen, nur mit"
            " schriftlicher Genehmigung des Verlags. Haben Sie einen Fehler gefunden? Schreiben Sie"
            " unserer Redaktion. Folgen Sie uns in den sozialen Netzwerken oder laden Sie unsere App."
        ),
        "Spanish": (
            "Este contenido ha sido elaborado por la redacción de nuestro diario con arreglo a su"
            " código de conducta. Queda prohibida la reproducción total o parcial sin la autorización"
            " expresa de la empresa editora. Si ha encontrado un error, escriba a la defensora del"
            " lector. Síganos en las redes sociales y reciba las noticias de última hora en su móvil."
        ),
        "Russian": (
            "При полном или частичном использовании материалов ссылка на наше издание обязательна."
            " Мнение редакции может не совпадать с мнением авторов. Если вы заметили ошибку, выделите"
            " её и сообщите нам. Подписывайтесь на наш канал и читайте главные новости дня первыми"
            " в любое удобное для вас время."
        ),
        "Arabic": (
            "جميع الحقوق محفوظة لصحيفتنا ولا يجوز نقل المواد أو إعادة نشرها من دون إذن خطي مسبق من"
            " إدارة التحرير. الآراء المنشورة تعبر عن أصحابها ولا تعبر بالضرورة عن رأي الصحيفة. تابعونا"
            " على مواقع التواصل واشتركوا في نشرتنا اليومية لتصلكم أهم الأخبار على هواتفكم."
        ),
        "Chinese": (
            "本网站所有稿件版权均属本报所有，未经书面授权，任何媒体和个人不得转载、摘编或以其他方式使用。"
            "如发现内容有误，请与本报编辑部联系，我们将及时更正。欢迎扫描二维码下载客户端，关注本报公众号，"
            "第一时间获取更多本地新闻和服务信息。"
        ),
    },
    "cookie notice": {
        "French": (
            "Avec votre accord, nos partenaires et nous utilisons des traceurs pour stocker et"
            " consulter des informations sur votre appareil, mesurer l'audience et vous proposer des"
            " contenus adaptés. Vous pouvez à tout moment retirer votre consentement ou vous opposer"
            " aux traitements en cliquant sur le lien en bas de page. Continuer sans accepter."
        ),
        "English": (
            "We value your privacy. We and our partners store and read information on your device,"
            " such as identifiers and browsing data, to measure audiences, to develop services and to"
            " show content that fits you. You may accept all, reject all or manage your choices at"
            " any time by clicking on the link at the foot of every page."
        ),
        "Portuguese": (
            "Este sítio usa cookies próprios e de terceiros para melhorar a navegação, medir a"
            " audiência e mostrar publicidade de acordo com os seus interesses. Ao continuar a"
            " navegar aceita a sua utilização. Pode mudar as suas preferências em qualquer altura ou"
            " consultar a nossa política de privacidade para saber mais."
        ),
        "Vietnamese": (
            "Chúng tôi sử dụng cookie để cải thiện trải nghiệm của bạn, đo lường lượng truy cập và"
            " hiển thị nội dung phù hợp với sở thích của bạn. Bằng việc tiếp tục sử dụng trang này, bạn"
            " đồng ý với chính sách bảo mật của chúng tôi. Bạn có thể thay đổi lựa chọn bất cứ lúc nào."
        ),
    },
    "menu": {
        "English": (
            "Home\nLocal news\nPolitics\nBusiness\nSport\nFootball\nCricket\nRugby\nWeather\nTravel\n"
            "Food and drink\nHomes and gardens\nMotors\nFamily notices\nJobs\nBook an advert\nPuzzles\n"
            "Horoscopes\nLetters to the editor\nOur archive\nContact the newsroom\nSubscribe from one"
            " pound a week\nSign in\nMy account\nNewsletters"
        ),
        "German": (
            "Startseite\nLokales\nPolitik\nWirtschaft\nSport\nFußball\nKultur\nWissen\nReise\nAuto\n"
            "Immobilien\nStellenmarkt\nTraueranzeigen\nVeranstaltungen\nWetter\nRätsel\nLeserbriefe\n"
            "Podcasts\nE-Paper\nAbo bestellen\nMein Konto\nAnmelden\nHilfe und Kontakt\nImpressum"
        ),
        "Russian": (
            "Главная\nПолитика\nОбщество\nЭкономика\nПроисшествия\nСпорт\nКультура\nНаука\nЗдоровье\n"
            "Погода\nАфиша\nФоторепортажи\nВидео\nСпецпроекты\nМнения\nИнтервью\nРеклама на сайте\n"
            "Вакансии\nКонтакты редакции\nПодписка на газету\nВойти в личный кабинет"
        ),
        "Spanish": (
            "Portada\nLocal\nProvincia\nPolítica\nEconomía\nSucesos\nDeportes\nFútbol\nCultura\nOcio\n"
            "Gastronomía\nViajes\nMotor\nVivienda\nEsquelas\nEl tiempo\nLotería\nCartas al director\n"
            "Hemeroteca\nSuscríbete por un euro al mes\nIniciar sesión\nMi cuenta\nAviso legal"
        ),
    },
    "programme box": {
        "English": (
            "On tonight's programme: the evening news at six with the regional weather, then our"
            " weekly quiz with guests from the worlds of music and science, and at nine the second"
            " part of our history of the canals. Listen live on your smart speaker, catch up with"
            " every episode in our player, or call the studio free of charge during the show."
        ),
        "French": (
            "À suivre ce soir sur notre antenne : le journal de vingt heures, la météo des régions,"
            " puis notre grand magazine consacré aux métiers d'autrefois. À vingt-deux heures, débat"
            " en direct avec les auditeurs, qui peuvent appeler le standard gratuitement. Toutes nos"
            " émissions sont à réécouter pendant trente jours sur notre site et notre application."
        ),
    },
    "style sheet": {
        "English": (
            ".story-card { display: flex; margin: 0 auto 24px; max-width: 680px } .story-card .media"
            " { flex: 0 0 40%; border-radius: 4px } .story-card h3 a:hover { text-decoration:"
            " underline } @media (max-width: 600px) { .story-card { flex-direction: column; padding:"
            ' 0 12px } } <div class="ad-slot" data-size="300x250"></div>'
        ),
        "German": (
            ".artikel-kopf { margin: 0 auto; max-width: 680px; padding: 24px 16px } .artikel-kopf"
            " figure img { width: 100%; height: auto } .teilen-leiste li a:hover { opacity: 0.8 }"
            " @media (min-width: 768px) { .artikel-kopf { display: grid; grid-template-columns: 2fr"
            " 1fr } } window.dataLayer = window.dataLayer || [];"
        ),
        "Chinese": (
            ".article-main { margin: 0 auto; width: 960px; line-height: 1.8 } .article-main p {"
            " text-indent: 2em; font-size: 16px } .share-bar a:hover { color: #c00 } @media"
            " (max-width: 750px) { .article-main { width: auto; padding: 0 15px } }"
        ),
    },
    "paywall": {
        "English": (
            "You have read your last free article this month. To go on reading, become a subscriber"
            " from one pound a week and get unlimited access to every story, puzzle and newsletter,"
            " with fewer adverts and no contract. Already a subscriber? Sign in here. Students and"
            " libraries pay half. You can cancel at any time with one click in your account."
        ),
        "German": (
            "Weiterlesen mit unserem digitalen Abonnement: Sie erhalten Zugriff auf alle Artikel, das"
            " E-Paper schon am Vorabend und exklusive Angebote für unsere Leser. Den ersten Monat"
            " lesen Sie kostenlos, danach für wenige Euro und jederzeit kündbar. Sie sind schon"
            " Abonnent? Dann melden Sie sich hier mit Ihren Zugangsdaten an."
        ),
        "Portuguese": (
            "Este artigo é exclusivo para assinantes. Assine já a partir de um euro por semana e"
            " tenha acesso ilimitado a todos os conteúdos, ao jornal em papel digital e às nossas"
            " newsletters. Já é assinante? Inicie a sua sessão. Pode cancelar quando quiser, sem"
            " custos nem período de fidelização."
        ),
    },
    "newsletter": {
        "English": (
            "Good morning and welcome to the Harbour Letter, your five-minute guide to what matters"
            " in our town. You get this message because you signed up on our site. Was it forwarded"
            " to you? Join twenty thousand neighbours and get it every weekday before breakfast."
            " Send tips and pictures by replying to this mail. To change how often you hear from us,"
            " or to unsubscribe, use the links below."
        ),
        "Spanish": (
            "Buenos días. Esto es La Carta de la Mañana, el boletín que resume en cinco minutos lo que"
            " debe saber para empezar la jornada. Lo recibe porque se apuntó en nuestra página. Si se"
            " lo ha reenviado un amigo, puede suscribirse gratis. Responda a este correo con sus"
            " sugerencias o pulse en el enlace del final si no quiere recibirlo más."
        ),
    },
}
# What stands above the text on pages.
ABOVE = ("cookie notice", "menu", "style sheet", "newsletter")


def page(kind: str, furniture: str, text: str) -> str:
    if kind == "paywall":
        return f"{text[: text.index('. ') + 1]}\n\n{furniture}"
    return f"{furniture}\n\n{text}" if kind in ABOVE else f"{text}\n\n{furniture}"


# A template, and what it is filled in with three times.
Fill = dict[str, str]
TEMPLATES: dict[str, tuple[str, tuple[Fill, Fill, Fill]]] = {
    "court notices, English": (
        "NOTICE OF HEARING. In the {court} in the matter of {debtor}. Notice is hereby given that a"
        " petition to wind up the above-named company, whose registered office is at {place}, was"
        " presented on {day} by {creditor}, claiming to be a creditor of the company. The petition"
        " will be heard at the {court} on {hearing}. Any person intending to appear must give notice"
        " to the petitioner by 16.00 hours on the day before.",
        (
            {
                "court": "Durham Chancery Court",
                "debtor": "Pelham Joinery Limited",
                "place": "12 Foss Street, Durham",
                "day": "4 March",
                "creditor": "Norlands Timber",
                "hearing": "22 April",
            },
            {
                "court": "Ely District Registry",
                "debtor": "Brightwater Catering Limited",
                "place": "Unit 7, Fen Park, Ely",
                "day": "11 March",
                "creditor": "the Commissioners of Revenue",
                "hearing": "6 May",
            },
            {
                "court": "Ripon County Court",
                "debtor": "Osgood Haulage Limited",
                "place": "The Old Dairy, Ripon",
                "day": "19 February",
                "creditor": "Calder Fuels",
                "hearing": "2 April",
            },
        ),
    ),
    "obituaries, German": (
        "Nach einem erfüllten Leben entschlief {name}, geboren am {born} in {place}, im Alter von"
        " {age} Jahren. In Liebe und Dankbarkeit nehmen Abschied {family} sowie alle Angehörigen. Die"
        " Trauerfeier findet am {day} um {hour} Uhr in der {chapel} statt, anschließend erfolgt die"
        " Beisetzung auf dem Friedhof. Anstelle freundlich zugedachter Blumen bitten wir um eine"
        " Spende für {cause}.",
        (
            {
                "name": "Margarete Pohlmann",
                "born": "3. Mai 1934",
                "place": "Schwarzach",
                "age": "90",
                "family": "Karl und Ute Pohlmann",
                "day": "Freitag",
                "hour": "11",
                "chapel": "Martinskapelle",
                "cause": "das Hospiz Sonnenhof",
            },
            {
                "name": "Dr. Erwin Taschner",
                "born": "17. Oktober 1941",
                "place": "Liegnitz",
                "age": "83",
                "family": "Renate Taschner und die Enkel Jonas, Mia und Till",
                "day": "Dienstag",
                "hour": "13.30",
                "chapel": "Aussegnungshalle Nord",
                "cause": "die Seenotretter",
            },
            {
                "name": "Hannelore Quast",
                "born": "29. Januar 1950",
                "place": "Emden",
                "age": "75",
                "family": "Bernd Quast mit Silke und Familie",
                "day": "Donnerstag",
                "hour": "10",
                "chapel": "Friedenskirche",
                "cause": "die Kinderkrebshilfe",
            },
        ),
    ),
    "lottery draws, Spanish": (
        "La combinación ganadora del sorteo celebrado el {day} está formada por los números"
        " {numbers}. El complementario es el {extra} y el reintegro, el {refund}. La recaudación"
        " ascendió a {sum} euros. De primera categoría hay {winners}, que cobrará {prize} euros. El"
        " próximo sorteo tendrá un bote de {pot} euros. Los premios caducan a los tres meses.",
        (
            {
                "day": "jueves 6 de marzo",
                "numbers": "4, 11, 19, 27, 33 y 48",
                "extra": "22",
                "refund": "7",
                "sum": "2.418.330",
                "winners": "un acertante en Lugo",
                "prize": "1.204.118",
                "pot": "5.200.000",
            },
            {
                "day": "sábado 15 de marzo",
                "numbers": "2, 9, 16, 30, 41 y 45",
                "extra": "38",
                "refund": "0",
                "sum": "3.907.112",
                "winners": "un boleto sellado en Cádiz",
                "prize": "2.880.040",
                "pot": "8.100.000",
            },
            {
                "day": "lunes 24 de marzo",
                "numbers": "7, 13, 21, 28, 36 y 40",
                "extra": "5",
                "refund": "3",
                "sum": "1.776.905",
                "winners": "una peña de Teruel",
                "prize": "944.700",
                "pot": "3.500.000",
            },
        ),
    ),
    "bond issues, English": (
        "Following are terms and conditions of a bond priced on {day}. Borrower {borrower}. Issue"
        " amount {amount} million {currency}. Maturity date {maturity}. Coupon {coupon} percent."
        " Issue price {price}. Yield {yield_} percent. Spread {spread} basis points over mid-swaps."
        " Payment date {payment}. Lead managers {banks}. Ratings {rating}. Listing {listing}. Full"
        " fees undisclosed. Denominations 100-1. Governing law English.",
        (
            {
                "day": "Monday",
                "borrower": "Kestrel Water Finance",
                "amount": "500",
                "currency": "euro",
                "maturity": "June 12, 2031",
                "coupon": "3.125",
                "price": "99.412",
                "yield_": "3.247",
                "spread": "85",
                "payment": "June 12",
                "banks": "Aldgate Bank and Norbanken",
                "rating": "Baa1",
                "listing": "Dublin",
            },
            {
                "day": "Wednesday",
                "borrower": "City of Tarnow Housing Fund",
                "amount": "250",
                "currency": "dollar",
                "maturity": "March 4, 2029",
                "coupon": "4.75",
                "price": "100.05",
                "yield_": "4.731",
                "spread": "140",
                "payment": "March 4",
                "banks": "Pacific Union",
                "rating": "BBB+",
                "listing": "Luxembourg",
            },
            {
                "day": "Thursday",
                "borrower": "Helvia Rail",
                "amount": "175",
                "currency": "Swiss franc",
                "maturity": "September 30, 2034",
                "coupon": "1.40",
                "price": "101.232",
                "yield_": "1.269",
                "spread": "32",
                "payment": "September 30",
                "banks": "Kantonal and Limmat",
                "rating": "Aa2",
                "listing": "Zurich",
            },
        ),
    ),
    "company results, English": (
        "{firm} on {day} reported {quarter} profit of {profit} million, after reporting a loss in"
        " the same period a year earlier. The {place}-based company said it had profit of {eps}"
        " cents per share. The results {versus} expectations of analysts. The {what} posted revenue"
        " of {revenue} million in the period. {firm} shares have {moved} {pct} percent since the"
        " beginning of the year.",
        (
            {
                "firm": "Tindall Foods",
                "day": "Tuesday",
                "quarter": "first-quarter",
                "profit": "14.2",
                "place": "Omaha",
                "eps": "38",
                "versus": "beat",
                "what": "maker of frozen pies",
                "revenue": "412",
                "moved": "risen",
                "pct": "6",
            },
            {
                "firm": "Orvane Semiconductor",
                "day": "Thursday",
                "quarter": "third-quarter",
                "profit": "88.9",
                "place": "Austin",
                "eps": "71",
                "versus": "missed",
                "what": "chip designer",
                "revenue": "930.5",
                "moved": "fallen",
                "pct": "19",
            },
            {
                "firm": "Blue Mesa Lodging",
                "day": "Monday",
                "quarter": "fourth-quarter",
                "profit": "3.6",
                "place": "Denver",
                "eps": "9",
                "versus": "met",
                "what": "hotel operator",
                "revenue": "77.1",
                "moved": "climbed",
                "pct": "31",
            },
        ),
    ),
    "money-market bulletins, Portuguese": (
        "O banco central realizou {day} uma operação de liquidez pelo prazo de {term} dias. Foram"
        " colocados {placed} milhões, de um total de propostas de {bid} milhões apresentadas por"
        " {banks} instituições. A taxa média ponderada foi de {rate}%, contra {old}% na operação"
        " anterior. O saldo da liquidez excedentária passou para {balance} milhões. A próxima"
        " operação está marcada para {next}.",
        (
            {
                "day": "na segunda-feira",
                "term": "7",
                "placed": "1.250",
                "bid": "2.010",
                "banks": "11",
                "rate": "3,42",
                "old": "3,39",
                "balance": "8.771",
                "next": "dia 10",
            },
            {
                "day": "na quarta-feira",
                "term": "14",
                "placed": "940",
                "bid": "1.122",
                "banks": "8",
                "rate": "3,51",
                "old": "3,46",
                "balance": "7.904",
                "next": "dia 26",
            },
            {
                "day": "na sexta-feira",
                "term": "28",
                "placed": "2.300",
                "bid": "4.655",
                "banks": "17",
                "rate": "3,60",
                "old": "3,57",
                "balance": "9.338",
                "next": "dia 5",
            },
        ),
    ),
    "fixtures, French": (
        "Programme de la {round} journée. {day} à {hour} : {a} reçoit {b} au stade {ground}. À"
        " l'aller, les deux équipes s'étaient quittées sur le score de {score}. {a} reste sur"
        " {series} et occupe la {rank} place avec {points} points. {b} sera privé de {out}. L'arbitre"
        " de la rencontre sera {referee}. Les billets sont en vente à partir de {price} euros.",
        (
            {
                "round": "24e",
                "day": "Samedi",
                "hour": "19 heures",
                "a": "Marsanne",
                "b": "le Racing de Pontivet",
                "ground": "des Tilleuls",
                "score": "2-2",
                "series": "trois victoires",
                "rank": "quatrième",
                "points": "41",
                "out": "Koffi et Lestrade",
                "referee": "Mme Aubertin",
                "price": "8",
            },
            {
                "round": "27e",
                "day": "Dimanche",
                "hour": "15 heures",
                "a": "Olympique Granville-Sud",
                "b": "Thionnay",
                "ground": "Jean-Moreau",
                "score": "0-1",
                "series": "cinq matches sans succès",
                "rank": "dix-septième",
                "points": "19",
                "out": "son gardien Bellanger",
                "referee": "M. Vasseur",
                "price": "12",
            },
            {
                "round": "30e",
                "day": "Vendredi",
                "hour": "20 h 45",
                "a": "Étoile de Carnolles",
                "b": "l'AS Brouy",
                "ground": "du Canal",
                "score": "3-0",
                "series": "un nul et une défaite",
                "rank": "neuvième",
                "points": "36",
                "out": "Dialo, suspendu",
                "referee": "M. Ricordel",
                "price": "10",
            },
        ),
    ),
    "admission notices, English": (
        "The {board} has released the admit card for the {exam} examination. Candidates who have"
        " applied can download the hall ticket from the official website with their registration"
        " number and date of birth. The examination will be held on {day} in {shifts} at {centres}"
        " centres. A total of {posts} posts of {post} will be filled. Candidates must carry a photo"
        " identity card to the centre. The answer key is expected in {month}.",
        (
            {
                "board": "Coastal Staff Selection Board",
                "exam": "Junior Clerk",
                "day": "April 13",
                "shifts": "two shifts",
                "centres": "212",
                "posts": "1,480",
                "post": "clerk",
                "month": "May",
            },
            {
                "board": "Northern Rail Recruitment Cell",
                "exam": "Assistant Driver",
                "day": "June 2 and 3",
                "shifts": "three shifts",
                "centres": "96",
                "posts": "5,696",
                "post": "assistant loco pilot",
                "month": "August",
            },
            {
                "board": "Hill State Medical University",
                "exam": "Nursing Officer",
                "day": "September 21",
                "shifts": "a single shift",
                "centres": "38",
                "posts": "640",
                "post": "nursing officer",
                "month": "October",
            },
        ),
    ),
    "weather bulletins, Russian": (
        "По данным синоптиков, {day} в {place} ожидается {sky}. Ветер {wind} метров в секунду,"
        " температура ночью {night}, днём {noon}. Атмосферное давление составит {pressure}"
        " миллиметров ртутного столба, влажность воздуха {humid} процентов. Солнце взойдёт в {rise} и"
        " зайдёт в {set}. Водителям рекомендуют быть внимательнее на дорогах.",
        (
            {
                "day": "в понедельник, 3 марта,",
                "place": "Златополье",
                "sky": "снег и метель",
                "wind": "северный, 9",
                "night": "минус 14",
                "noon": "минус 8",
                "pressure": "738",
                "humid": "81",
                "rise": "7:12",
                "set": "18:04",
            },
            {
                "day": "в четверг, 20 марта,",
                "place": "Приозёрном крае",
                "sky": "переменная облачность без осадков",
                "wind": "юго-западный, 4",
                "night": "около нуля",
                "noon": "плюс 7",
                "pressure": "751",
                "humid": "56",
                "rise": "6:28",
                "set": "18:39",
            },
            {
                "day": "в субботу, 12 апреля,",
                "place": "Нижнем Яре",
                "sky": "гроза, местами град",
                "wind": "западный, 12",
                "night": "плюс 6",
                "noon": "плюс 15",
                "pressure": "744",
                "humid": "73",
                "rise": "5:31",
                "set": "19:25",
            },
        ),
    ),
    "exchange rates, Vietnamese": (
        "Sáng {day}, ngân hàng trung ương công bố tỷ giá trung tâm ở mức {rate} đồng, {move} {step}"
        " đồng so với hôm trước. Tại ngân hàng {bank}, giá mua vào là {buy} đồng và bán ra là {sell}"
        " đồng. Trên thị trường tự do, đô la được giao dịch quanh mức {free} đồng. Giá vàng miếng ở"
        " mức {gold} triệu đồng một lượng.",
        (
            {
                "day": "thứ hai 3/3",
                "rate": "24.726",
                "move": "tăng",
                "step": "8",
                "bank": "Sông Hồng",
                "buy": "25.360",
                "sell": "25.720",
                "free": "25.810",
                "gold": "90,5",
            },
            {
                "day": "thứ tư 12/3",
                "rate": "24.771",
                "move": "giảm",
                "step": "15",
                "bank": "Đại Việt",
                "buy": "25.290",
                "sell": "25.680",
                "free": "25.745",
                "gold": "92,8",
            },
            {
                "day": "thứ sáu 28/3",
                "rate": "24.843",
                "move": "tăng",
                "step": "22",
                "bank": "Phương Nam",
                "buy": "25.415",
                "sell": "25.790",
                "free": "25.930",
                "gold": "99,1",
            },
        ),
    ),
    "share prices, Chinese": (
        "{name}（{code}）{day}收盘报{price}元，{move}{pct}%，成交额{turnover}亿元，换手率{rate}%。"
        "资金流向方面，主力资金净{flow}{net}万元。公司最近一期财报显示，营业收入{revenue}亿元，"
        "归属母公司净利润{profit}亿元。该股最近九十天内共有{reports}家机构给出评级。以上内容由公开信息"
        "整理，不构成投资建议。",
        (
            {
                "name": "江岭化工",
                "code": "600911",
                "day": "3月4日",
                "price": "12.47",
                "move": "上涨",
                "pct": "3.06",
                "turnover": "2.18",
                "rate": "1.94",
                "flow": "流入",
                "net": "1733",
                "revenue": "18.6",
                "profit": "1.02",
                "reports": "5",
            },
            {
                "name": "海陵药业",
                "code": "002877",
                "day": "3月11日",
                "price": "45.80",
                "move": "下跌",
                "pct": "1.71",
                "turnover": "6.05",
                "rate": "0.88",
                "flow": "流出",
                "net": "4290",
                "revenue": "73.4",
                "profit": "9.55",
                "reports": "17",
            },
            {
                "name": "北川电气",
                "code": "300644",
                "day": "3月20日",
                "price": "8.03",
                "move": "上涨",
                "pct": "9.97",
                "turnover": "4.61",
                "rate": "7.32",
                "flow": "流入",
                "net": "9018",
                "revenue": "6.9",
                "profit": "0.31",
                "reports": "2",
            },
        ),
    ),
}
