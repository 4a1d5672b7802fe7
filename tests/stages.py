"""Stages of invented stories: live blogs, updates, editions, later reports with background."""

# The entries of live blogs, the first first.
LIVE_BLOGS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "English": (
        "Storm Brannagh: live updates",
        "We are following the storm as it crosses the coast. The newest entry stands at the top.",
        (
            "08.05 The harbour master at Wenlow has closed the inner basin. Fishing boats that were"
            " still out have been told to make for Carrick instead.",
            "08.40 Some 3,200 homes are without power around Stanmoor, the grid operator says. Crews"
            " are waiting for the wind to drop below 50 miles an hour.",
            "09.15 Trains between Wenlow and Hexby are suspended after a beech fell on the overhead"
            " line. Tickets are valid tomorrow.",
            "09.50 Two primary schools, St Bride's and Oakfield, are sending pupils home. Parents are"
            " asked to use the rear entrance.",
            "10.30 A roof has blown off the swimming pool in Carrick. Nobody was inside. Police have"
            " closed Mill Road in both directions.",
            "11.10 The coastguard has brought six people off a trawler with a failed engine. All are"
            " well, a spokesman says, if rather wet.",
            "11.45 Gusts of 87 miles an hour have been measured at Gull Point, the strongest since"
            " 1998. Forecasters extend the red warning until three o'clock.",
            "12.20 The council opens the Corn Exchange as a shelter. Hot food is available, and dogs"
            " are welcome.",
        ),
    ),
    "German": (
        "Liveblog: Streik im Nahverkehr",
        "Hier halten wir Sie über den Ausstand bei den Verkehrsbetrieben auf dem Laufenden.",
        (
            "5.30 Uhr: Seit Betriebsbeginn stehen alle Straßenbahnen in den Depots. Nach Angaben der"
            " Gewerkschaft beteiligen sich 900 Beschäftigte.",
            "6.45 Uhr: Auf der Uferstraße staut sich der Verkehr bereits auf sechs Kilometern. Die"
            " Polizei rät, den Tunnel zu meiden.",
            "7.20 Uhr: Taxifahrer melden Wartezeiten von mehr als einer Stunde am Hauptbahnhof. Manche"
            " Fahrgäste teilen sich einen Wagen.",
            "8.10 Uhr: Das Klinikum hat planbare Operationen verschoben, weil Pflegekräfte nicht"
            " rechtzeitig kommen. Die Notaufnahme arbeitet normal.",
            "9.00 Uhr: Arbeitgebervertreter Rolf Stamm nennt den Ausstand unverhältnismäßig. Ein neues"
            " Angebot lehnt er vorerst ab.",
            "10.15 Uhr: Rund 400 Streikende ziehen mit Trillerpfeifen zum Rathaus. Die Kundgebung"
            " bleibt friedlich.",
            "11.30 Uhr: Oberbürgermeisterin Petra Hahnke schlägt eine Schlichtung vor. Als Vermittlerin"
            " ist die frühere Richterin Edda Lohse im Gespräch.",
            "12.45 Uhr: Beide Seiten stimmen der Schlichtung zu. Die Bahnen sollen von 18 Uhr an wieder"
            " fahren, die Busse schon eine Stunde früher.",
        ),
    ),
    "Spanish": (
        "Última hora del incendio de la Sierra Parda, en directo",
        "Seguimos minuto a minuto la evolución del fuego y las órdenes de evacuación.",
        (
            "7.30 El viento ha cambiado durante la noche y las llamas avanzan hacia el embalse. Ya han"
            " ardido mil doscientas hectáreas de pinar.",
            "8.15 La Guardia Civil desaloja las urbanizaciones de Los Enebros y Fuente Clara. Los"
            " vecinos son trasladados al polideportivo de Almadrín.",
            "9.00 Cortada la comarcal 214 entre Almadrín y el puerto. Se recomienda dar la vuelta por"
            " la autovía.",
            "9.40 Se incorporan cuatro hidroaviones llegados de la base de Torrejuela. Con ellos son ya"
            " quince los medios aéreos.",
            "10.30 Un brigadista herido leve por un golpe de calor ha sido evacuado en helicóptero al"
            " hospital comarcal.",
            "11.20 La presidenta regional, Elvira Santolaya, visita el puesto de mando y pide ayuda al"
            " ejército.",
            "12.05 Detenido un hombre de 43 años que habría quemado rastrojos junto a la ermita pese a"
            " la prohibición.",
            "13.00 El frente norte queda estabilizado. Los vecinos de Fuente Clara podrán regresar a"
            " partir de las seis de la tarde.",
        ),
    ),
}


def live_blog(language: str, entries: int) -> str:
    title, intro, all_entries = LIVE_BLOGS[language]
    return "\n\n".join([title, intro, *reversed(all_entries[:entries])])


# A first report; a later one that has all of it and more.
UPDATES: dict[str, tuple[str, str]] = {
    "UPDATE 1, English": (
        "Orrin Mining says chief executive to step down\n\nORMSBY, May 6 - Orrin Mining said on"
        " Tuesday that its chief executive, Dale Hutchens, would step down at the end of June after"
        " nine years. The copper producer named finance director Priya Nandan as his interim"
        " successor. Shares in the company, which runs four mines in Zambia and Chile, fell 3.2"
        " percent in early trading.",
        "UPDATE 1-Orrin Mining says chief executive to step down\n\nORMSBY, May 6 - Orrin Mining said"
        " on Tuesday that its chief executive, Dale Hutchens, would step down at the end of June after"
        " nine years. The copper producer named finance director Priya Nandan as his interim"
        " successor. Shares in the company, which runs four mines in Zambia and Chile, fell 3.2"
        " percent in early trading.\n\nThe departure follows a dispute with the fund Larch Capital,"
        " which owns 11 percent of Orrin and opposed its bid for the lithium explorer Salar Verde."
        ' "It is the right moment for somebody else," Hutchens said in a statement. Analysts at'
        " Corby & Rowe said that Nandan was known for her caution and that the bid was now unlikely"
        " to go ahead.",
    ),
    "evening edition, German": (
        "Kran stürzt auf Baustelle um\n\nSteinfurt-Nord. Auf der Baustelle des neuen Schwimmbads ist"
        " am Mittwochmorgen ein Kran umgestürzt. Der Ausleger traf ein Gerüst und zwei geparkte"
        " Autos. Ein Arbeiter wurde am Arm verletzt. Die Polizei sperrte die Gartenstraße, das"
        " Amt für Arbeitsschutz nahm Ermittlungen auf.",
        "Kran stürzt auf Baustelle um\n\nSteinfurt-Nord. Auf der Baustelle des neuen Schwimmbads ist"
        " am Mittwochmorgen ein Kran umgestürzt. Der Ausleger traf ein Gerüst und zwei geparkte"
        " Autos. Ein Arbeiter wurde am Arm verletzt. Die Polizei sperrte die Gartenstraße, das"
        " Amt für Arbeitsschutz nahm Ermittlungen auf.\n\nWie sich am Nachmittag herausstellte, war"
        " der Untergrund nach den Regenfällen der vergangenen Woche aufgeweicht. Ein Gutachter soll"
        " klären, ob die Baufirma Hellkamp die Stützen vorschriftsmäßig unterlegt hatte. Die Eröffnung"
        " des Bades, die für September geplant war, verschiebt sich nach Angaben von Bürgermeisterin"
        " Gesa Thorwald um mindestens drei Monate. Die Gartenstraße ist seit 17 Uhr wieder frei.",
    ),
    "evening edition, Portuguese": (
        "Explosão em padaria faz dois feridos\n\nUma explosão destruiu na manhã de quinta-feira a"
        " padaria Espiga, no centro de Vale Formoso. Dois funcionários ficaram feridos, um deles com"
        " gravidade. Os bombeiros suspeitam de uma fuga de gás e retiraram os moradores de três"
        " prédios vizinhos.",
        "Explosão em padaria faz dois feridos\n\nUma explosão destruiu na manhã de quinta-feira a"
        " padaria Espiga, no centro de Vale Formoso. Dois funcionários ficaram feridos, um deles com"
        " gravidade. Os bombeiros suspeitam de uma fuga de gás e retiraram os moradores de três"
        " prédios vizinhos.\n\nO ferido mais grave, um padeiro de 52 anos, foi operado no hospital"
        " distrital e está fora de perigo. A companhia do gás confirmou à tarde que a conduta datava"
        " de 1971 e devia ter sido trocada no ano passado. A câmara vai alojar onze famílias na"
        " pousada municipal até que os engenheiros terminem a inspeção dos edifícios. O dono, Artur"
        " Bexiga, promete reabrir noutra rua.",
    ),
    "evening edition, Russian": (
        "Пожар на складе в Заречном\n\nУтром во вторник загорелся склад стройматериалов на Кузнечной"
        " улице в Заречном. Площадь пожара достигла восьмисот квадратных метров. Пострадавших нет, из"
        " соседнего дома вывели двадцать человек. Причина возгорания устанавливается.",
        "Пожар на складе в Заречном\n\nУтром во вторник загорелся склад стройматериалов на Кузнечной"
        " улице в Заречном. Площадь пожара достигла восьмисот квадратных метров. Пострадавших нет, из"
        " соседнего дома вывели двадцать человек. Причина возгорания устанавливается.\n\nК вечеру огонь"
        " полностью потушили. По предварительным данным инспекторов, виновата неисправная проводка,"
        " на которую арендатор жаловался ещё в феврале. Владелец склада Игорь Лапин оценил ущерб в"
        " сорок миллионов рублей. Прокуратура начала проверку, а жильцам соседнего дома разрешили"
        " вернуться в квартиры после девяти часов.",
    ),
}

# A report; a later one that has news of its own and repeats the first as its background.
BACKGROUND: dict[str, tuple[str, str]] = {
    "English": (
        "A ferry with 118 people on board ran aground off Skarra Head on Saturday night. Lifeboats"
        " from three stations took everybody off within two hours. Four passengers were treated for"
        " cold. The owner, Islander Lines, said that the vessel had lost its steering shortly after"
        " leaving Porthallow. Divers were to look at the hull on Sunday, and the accident board sent"
        " two inspectors. The route is closed until further notice.",
        "The chief engineer of the ferry Lady Maren has been arrested on suspicion of falsifying"
        " service records, police said on Friday. Officers searched his house in Polwhele and the"
        " offices of Islander Lines, where they took away computers. A lawyer for the man said that"
        " he had followed orders. The transport minister, Owen Tregarth, told parliament that all"
        " nine ships of the line would be checked before Easter, and the unions asked for an inquiry"
        " by a judge. A ferry with 118 people on board ran aground off Skarra Head on Saturday night."
        " Lifeboats from three stations took everybody off within two hours. Four passengers were"
        " treated for cold.",
    ),
    "German": (
        "Unbekannte haben in der Nacht zum Montag das Archäologische Museum in Bredenau ausgeraubt."
        " Sie erbeuteten 31 keltische Goldmünzen und einen Halsreif. Nach Angaben der Polizei gelangten"
        " die Täter über ein Dachfenster in den Saal, ohne die Alarmanlage auszulösen. Der Wert der"
        " Stücke wird auf zwei Millionen Euro geschätzt. Direktorin Ulrike Seemann sprach von einem"
        " unersetzlichen Verlust.",
        "Im Fall der gestohlenen Keltenmünzen sitzen zwei Brüder aus Maarfeld in Untersuchungshaft. Bei"
        " einer Durchsuchung fanden Ermittler am Donnerstag Schmelztiegel und Goldstaub, der nun im"
        " Landeskriminalamt untersucht wird. Einer der Männer hatte bis zum Herbst als Elektriker im"
        " Haus gearbeitet. Die Staatsanwaltschaft fürchtet, dass ein Teil der Beute eingeschmolzen"
        " wurde, und setzte 50.000 Euro Belohnung aus. Unbekannte haben in der Nacht zum Montag das"
        " Archäologische Museum in Bredenau ausgeraubt. Sie erbeuteten 31 keltische Goldmünzen und"
        " einen Halsreif.",
    ),
    "French": (
        "Une fuite d'ammoniac à la patinoire de Vernouillac a conduit vendredi à l'évacuation de 240"
        " personnes, dont deux classes d'école primaire. Dix-sept enfants ont été conduits à l'hôpital"
        " par précaution et en sont ressortis le soir même. Les pompiers ont colmaté la brèche en une"
        " heure. La mairie a fermé l'établissement pour une durée indéterminée.",
        "La patinoire de Vernouillac ne rouvrira pas. Le conseil municipal a voté mercredi, par"
        " dix-neuf voix contre douze, sa démolition et la construction d'un gymnase de bois qui doit"
        " coûter six millions d'euros. Le club de hockey, fondé en 1963, ira jouer à Pont-Ablon et"
        " réclame des navettes. Une enquête administrative a montré que l'exploitant n'avait pas fait"
        " contrôler les conduites depuis quatre ans ; il encourt une amende. Une fuite d'ammoniac à la"
        " patinoire de Vernouillac a conduit vendredi à l'évacuation de 240 personnes, dont deux"
        " classes d'école primaire.",
    ),
}
