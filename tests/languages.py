"""News articles in seven languages, each with a rewrite, an independent report, another story.

The events, people and places are invented.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A report, the same report in other words, another reporter's, and one of another event."""

    name: str
    story: str
    rewritten: str
    independent: str
    unrelated: str


def unfold(text: str) -> str:
    """The paragraphs, each on one line."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text.strip())


LANGUAGES = (
    Language(
        name="German",
        story=unfold("""
Altenrode. Die Falkentalbrücke an der Bundesstraße 487 ist seit Montagabend für den gesamten
Verkehr gesperrt. Bei einer Routineprüfung hatten Ingenieure des Landesbetriebs Straßenbau Risse
in zwei der acht Stahlträger entdeckt, der längste misst 41 Zentimeter. „Wir können nicht
ausschließen, dass sich die Schäden unter Last ausweiten“, sagte Projektleiterin Henrike
Osterkamp am Dienstag vor Journalisten.

Über das 1968 errichtete Bauwerk fahren täglich rund 17.400 Fahrzeuge, darunter etwa 1.900
Lastwagen. Der Verkehr wird nun über Niederwallen und die Kreisstraße 12 umgeleitet; Pendler
müssen mit bis zu 35 Minuten mehr Fahrzeit rechnen. Für Lkw über 7,5 Tonnen gilt eine
großräumige Umleitung über die Autobahn.

Wie lange die Sperrung dauert, ist offen. Der Landesbetrieb rechnet mit mindestens fünf Monaten,
falls die Träger verstärkt werden können. Andernfalls müsste die Brücke abgerissen werden. Ein
Neubau war bereits für 2029 vorgesehen und mit 46 Millionen Euro veranschlagt.

Altenrodes Bürgermeister Jochen Wiedefeld nannte die Entscheidung „bitter, aber unvermeidlich“.
Er forderte vom Land einen kostenlosen Pendelbus für die rund 600 Schülerinnen und Schüler, die
vom anderen Ufer in die Stadt kommen. Die örtliche Handwerkskammer befürchtet Einbußen für
Betriebe im Gewerbegebiet Süd. Am Donnerstag soll der Stadtrat in einer Sondersitzung über die
Folgen beraten.
"""),
        rewritten=unfold("""
Altenrode. Autofahrer müssen umplanen: Am Montagabend haben die Behörden die Falkentalbrücke im
Zuge der B 487 komplett dichtgemacht. Grund sind Schäden, auf die Fachleute des Landesbetriebs
Straßenbau bei einer turnusmäßigen Kontrolle stießen – in zwei von acht Trägern aus Stahl
klaffen Risse, einer davon 41 Zentimeter lang. Dass diese bei Belastung größer werden, lasse
sich nicht ausschließen, erklärte Projektleiterin Henrike Osterkamp tags darauf der Presse.

Rund 17.400 Fahrzeuge nutzen die Querung aus dem Jahr 1968 an einem gewöhnlichen Tag, etwa 1.900
davon sind Lkw. Sie müssen jetzt über Niederwallen und die K 12 ausweichen, was Berufspendler
bis zu 35 Minuten zusätzlich kostet. Laster mit mehr als 7,5 Tonnen werden weiträumig auf die
Autobahn geleitet.

Ein Ende der Sperre ist nicht absehbar. Lassen sich die Träger ertüchtigen, geht die Behörde von
wenigstens fünf Monaten aus; gelingt das nicht, bleibt nur der Abriss. Einen 46 Millionen Euro
teuren Ersatzbau hatte man ohnehin für 2029 eingeplant.

„Bitter, aber unvermeidlich“ sei der Schritt, meinte Bürgermeister Jochen Wiedefeld. Für die
etwa 600 Schulkinder, die jenseits des Flusses wohnen, verlangt er vom Land einen
Gratis-Shuttle. Sorgen macht sich auch die Handwerkskammer, die Umsatzverluste der Firmen im
Gewerbegebiet Süd erwartet. Mit den Konsequenzen befasst sich der Stadtrat am Donnerstag in
einer außerordentlichen Sitzung.
"""),
        independent=unfold("""
Um 19.40 Uhr stellten die Männer von der Straßenmeisterei die rot-weißen Schranken auf, kurz
nach acht standen die ersten Autofahrer ratlos davor. „Ich wohne da drüben, ich sehe mein Haus“,
sagt Monika Drees, die nach der Spätschicht im Klinikum eigentlich in vier Minuten daheim
gewesen wäre. Am Ende brauchte sie fast eine Stunde, denn auf der Landstraße nach Niederwallen
ging nichts mehr.

Die Falkentalbrücke in Altenrode ist zu, Risse im Stahl. Das Ausmaß überrascht nicht jeden.
Schon 2021 habe der Verkehrsclub auf Rost an den Lagern hingewiesen, sagt dessen
Kreisvorsitzender Arnulf Betz; eine Antwort aus dem Ministerium habe er nie bekommen. Dort hieß
es am Dienstag auf Anfrage lediglich, alle vorgeschriebenen Prüfungen seien fristgerecht
erfolgt.

Hart trifft es die Spedition Lüdecke, deren Hof 300 Meter hinter der Rampe liegt. 52 Lastzüge
rollen von hier jeden Morgen Richtung Westen. „Der Umweg kostet mich 80 Euro pro Tag und Wagen“,
rechnet Geschäftsführerin Svenja Lüdecke vor. Sie prüft, ob sie einen Teil der Flotte
vorübergehend nach Kirchhagen verlegt.

Die Polizei zählte in der ersten Nacht drei Auffahrunfälle auf den Ausweichstrecken, verletzt
wurde niemand. Der Rettungsdienst hat auf der Westseite provisorisch einen zweiten Wagen
stationiert, untergebracht neben der Turnhalle. Bürgermeister Jochen Wiedefeld will am
Mittwochabend mit Anwohnern sprechen.
"""),
        unrelated=unfold("""
Sellinbeck. Nach elf Monaten Bauzeit rollt der Verkehr wieder durch den Lindholmtunnel.
Verkehrsministerin Barbara Teuffel gab am Freitagmittag beide Röhren frei, drei Wochen früher
als zuletzt angekündigt. Die Sanierung kostete 28,7 Millionen Euro und damit gut vier Millionen
mehr als geplant.

Erneuert wurden vor allem Lüftung, Beleuchtung und Brandmeldetechnik. Alle 250 Meter führt nun
ein Querschlag in die Nachbarröhre, bisher lagen die Fluchtwege doppelt so weit auseinander.
Auslöser der Arbeiten war ein Feuer im Februar vor zwei Jahren: Damals brannte ein
Kühltransporter aus, neun Menschen erlitten Rauchvergiftungen.

„Der Tunnel gehört jetzt zu den sichersten im Norden“, versicherte Bauleiter Carsten Moorhagen.
Bis Ende Mai gelte allerdings noch Tempo 60, weil die Kameras der Leitzentrale erst kalibriert
werden müssten.

Aufatmen dürfen die Bewohner der Hafenvorstadt, durch deren enge Straßen sich seit dem
vergangenen Sommer täglich 9.000 zusätzliche Autos schoben. Die Bürgerinitiative „Ruhige Kaje“
verlangt dennoch, das Nachtfahrverbot für Lastwagen beizubehalten. Darüber entscheidet der
Kreistag nach Ostern. Eine Maut, wie sie die Freien Wähler ins Gespräch gebracht hatten, lehnte
Teuffel abermals ab.
"""),
    ),
    Language(
        name="French",
        story=unfold("""
Une soixantaine de producteurs de lait bloquent depuis mercredi à l’aube les deux entrées de la
laiterie Valmorin, à Kervallon. Arrivés vers 4 h 30 avec une trentaine de tracteurs, ils ont
déversé du fumier et des pneus devant les grilles, empêchant tout camion-citerne d’entrer ou de
sortir.

Les éleveurs réclament une revalorisation du prix payé à la ferme. L’industriel leur verse 412
euros les mille litres depuis avril, contre 447 euros au début de l’année. « En dessous de 450
euros, on travaille à perte », affirme Yannick Le Dréau, qui élève 75 vaches à Plouzennec et
préside l’Association des livreurs de Valmorin.

La direction dit regretter « une action qui pénalise les 230 salariés du site ». Elle invoque la
chute du cours de la poudre et la perte, au printemps, d’un contrat d’exportation vers l’Algérie
qui représentait 9 % des volumes. Une ligne de beurre a été mise à l’arrêt mercredi après-midi,
faute de matière première.

Une première réunion organisée à la sous-préfecture s’est terminée sans accord au bout de trois
heures. L’entreprise y a proposé une prime exceptionnelle de 8 euros les mille litres jusqu’en
décembre, jugée « dérisoire » par les manifestants. Un médiateur, Bertrand Casteix, doit être
nommé vendredi. D’ici là, les agriculteurs assurent qu’ils resteront sur place.
"""),
        rewritten=unfold("""
À Kervallon, plus aucun camion-citerne ne franchit les grilles de la laiterie Valmorin. Depuis
le petit matin de mercredi, quelque soixante éleveurs en condamnent les deux accès avec du
fumier et de vieux pneus, apportés aux alentours de 4 h 30 à bord d’une trentaine de tracteurs.

Au cœur du conflit : la rémunération de leur lait. Payés 447 euros pour mille litres en début
d’année, ils n’en touchent plus que 412 depuis le mois d’avril. Or ils perdent de l’argent tant
que le tarif n’atteint pas 450 euros, soutient Yannick Le Dréau, président de l’Association des
livreurs de Valmorin et propriétaire de 75 vaches à Plouzennec.

Du côté de l’entreprise, on déplore un mouvement dont les 230 employés de l’usine font les
frais. Les dirigeants mettent en avant le recul des cours de la poudre ainsi qu’un marché
algérien perdu au printemps, lequel pesait 9 % de la production. Privée de lait, l’usine a dû
stopper dès mercredi après-midi l’une de ses lignes, celle du beurre.

Trois heures de discussions à la sous-préfecture n’ont rien donné. Les contestataires ont balayé
l’offre patronale, une rallonge temporaire de 8 euros par millier de litres valable jusqu’à la
fin de l’année, la qualifiant de « dérisoire ». Ils promettent de ne pas bouger avant la
désignation d’un médiateur, Bertrand Casteix, prévue vendredi.
"""),
        independent=unfold("""
Devant un brasero de palettes, Maëlle Kerguen distribue du café et des crêpes. À 29 ans, elle a
repris l’exploitation de son oncle il y a dix-huit mois et se demande si elle passera l’hiver.
« J’ai 310 000 euros d’emprunts. Chaque baisse, c’est mon salaire qui saute », souffle-t-elle.
Derrière elle, sur une bâche tendue entre deux remorques, quelqu’un a peint : « Valmorin nous
trait ».

Le barrage de Kervallon en est à sa deuxième nuit. Les gendarmes, postés au rond-point, n’ont
pas reçu l’ordre d’intervenir, confie un gradé. La circulation est déviée par la départementale
44. Dans l’usine, les équipes du matin ont été renvoyées chez elles. « On comprend les paysans,
mais nous, qui nous paiera ? » s’interroge Sylvie Morvan, déléguée du personnel, qui redoute du
chômage partiel dès lundi.

Les fermes les plus éloignées, elles, ne savent plus où stocker. À Lanverzec, un éleveur a vidé
6 000 litres dans sa fosse. La coopérative voisine des Trois-Rivières a accepté de collecter
provisoirement une vingtaine d’exploitations.

Au téléphone, Yannick Le Dréau, porte-parole du mouvement, dit attendre « un prix, pas une
aumône ». Le conseil régional, par la voix de son vice-président Alain Guivarch, propose de
faire reporter les échéances bancaires des plus fragiles. Les supermarchés du secteur n’ont
signalé aucun rayon vide.
"""),
        unrelated=unfold("""
Près de quatre cents maraîchers ont défilé lundi dans les rues de Castelrouve pour dénoncer les
restrictions d’irrigation imposées par la préfecture. Le cortège, parti du marché-gare à 10
heures, a déposé plusieurs tonnes de melons desséchés sur les marches de l’hôtel de ville avant
de se disperser dans le calme.

L’arrêté publié le 2 juillet limite à deux nuits par semaine les prélèvements dans la Vernède,
dont le débit est tombé à 1,1 mètre cube par seconde. « C’est signer la fin des légumes d’été »,
prévient Corinne Astruc, qui cultive sept hectares de tomates et d’aubergines. Selon la chambre
d’agriculture, un tiers des plantations serait déjà perdu.

Le préfet, Hugues Laffargue, rappelle que l’alimentation en eau potable de 52 communes reste
prioritaire. Il se dit prêt à examiner des dérogations pour les cultures sous serre, à condition
que chaque exploitant installe un compteur.

Les associations de pêcheurs, elles, jugent la mesure trop timide : elles ont relevé des
centaines de truites mortes en aval du barrage de Mirande-Basse. Le comité sécheresse se réunira
de nouveau le 18 juillet. Aucune pluie significative n’est annoncée d’ici là.
"""),
    ),
    Language(
        name="Spanish",
        story=unfold("""
Tres piezas de orfebrería del siglo XVII fueron robadas en la madrugada del domingo del Museo
Diocesano de Alcorvera. Según la Policía Nacional, dos encapuchados forzaron una ventana del
claustro a las 3.52 y permanecieron en el interior menos de seis minutos. La alarma sonó, pero
cuando la primera patrulla llegó al edificio, a las 4.01, los ladrones ya habían huido en una
motocicleta sin matrícula.

El botín incluye el cáliz del obispo Valdueza, de plata sobredorada y con 34 granates; una cruz
procesional y un relicario pequeño. El conjunto está asegurado en 1,3 millones de euros. «Son
obras imposibles de vender en el mercado legal. Tememos que las fundan», declaró la directora
del centro, Inmaculada Cerdeño.

Los investigadores sospechan que los autores conocían la casa. Dos de las once cámaras estaban
fuera de servicio desde el jueves por unas obras en el tejado, y el vigilante nocturno hacía en
ese momento la ronda del ala norte. La brigada de Patrimonio Histórico ha tomado declaración a
los nueve operarios de la empresa de reformas.

El museo, que recibe unos 48.000 visitantes al año, permanecerá cerrado hasta el miércoles. El
Obispado ha anunciado que reforzará la seguridad y ofrece 20.000 euros a quien aporte una pista
fiable.
"""),
        rewritten=unfold("""
El Museo Diocesano de Alcorvera ha perdido tres joyas de su colección de platería del XVII. Se
las llevaron de madrugada, este domingo, dos individuos con la cara tapada que entraron a las
3.52 tras reventar una ventana que da al claustro. No llegaron a estar dentro seis minutos,
informa la Policía Nacional. Aunque saltó la alarma, los agentes no se presentaron hasta las
4.01, cuando los asaltantes se habían marchado en una moto sin placa.

Han desaparecido una cruz procesional, un pequeño relicario y el cáliz de plata dorada del
obispo Valdueza, adornado con 34 granates. La póliza valora todo ello en 1,3 millones de euros.
Nadie podría comprar estas obras legalmente, señaló Inmaculada Cerdeño, responsable de la
institución, que teme que acaben fundidas.

La hipótesis policial es que los ladrones sabían adónde iban. A causa de unos trabajos en la
cubierta, dos cámaras de un total de once llevaban apagadas desde el jueves; además, el guarda
de noche recorría la zona norte. Los nueve empleados de la constructora ya han sido interrogados
por los especialistas en Patrimonio Histórico.

No habrá visitas hasta el miércoles en este centro, por el que pasan cada año alrededor de
48.000 personas. El Obispado promete mejorar la vigilancia y recompensará con 20.000 euros a
quien facilite información fiable.
"""),
        independent=unfold("""
Rosario Quintana oyó primero el cristal y después el motor. Vive desde hace cuarenta años en la
calle de las Comendadoras, frente al claustro, y creyó que eran estudiantes de regreso de las
fiestas del barrio. «Cuando me asomé solo vi una luz roja que doblaba hacia el río», cuenta
todavía en bata. Fue ella quien llamó al 112.

El robo en el Museo Diocesano ha dejado a Alcorvera sin su pieza más querida, el cáliz que cada
Jueves Santo sale en procesión y que los vecinos escondieron dentro de un pozo durante la
guerra. El deán, Fausto Miralles, se enteró por el sacristán antes de la misa de ocho y rompió a
llorar, según varios feligreses.

En el Ayuntamiento hay malestar. La concejala de Cultura, Begoña Lastra, recuerda que en marzo
ofreció al Obispado conectar el edificio con la central de la Policía Local por 6.500 euros y
que nadie respondió. Fuentes eclesiásticas alegan que el convenio estaba pendiente de firma.

Un guante y una palanca hallados en un contenedor han sido enviados al laboratorio. Los
anticuarios de la provincia recibieron ayer fotografías por correo electrónico. El historiador
Germán Oteo, que catalogó la colección, lamenta que nunca se hiciera un escaneado tridimensional
de las tres obras.
"""),
        unrelated=unfold("""
La Guardia Civil ha recuperado en un almacén de Villarrezo 212 libros antiguos sustraídos hace
dos años de la biblioteca del monasterio de Santa Oria. Entre ellos figuran un breviario
iluminado del siglo XV y la primera edición de un tratado de navegación impreso en Amberes,
valorada en unos 90.000 euros.

El principal sospechoso, un restaurador de 57 años identificado como A. P. R., trabajó allí
durante cinco meses y sacaba los ejemplares de dos en dos, ocultos en cajas de herramientas. La
pista surgió en una subasta de Lyon, donde un librero reconoció el sello de tinta violeta que
alguien había intentado borrar con lejía.

«Faltan todavía dieciséis volúmenes, pero creemos que siguen en España», explicó el capitán
Darío Montalbo, jefe de la operación, bautizada como Ex Libris. Hay otros dos detenidos, un
transportista y la dueña del local.

Las religiosas, que no advirtieron la falta hasta hacer inventario, celebraron la noticia con un
repique de campanas. La abadesa, sor Clara Iturbe, anunció que los fondos pasarán por el taller
de conservación de la Universidad de Campoalto antes de volver a las estanterías,
previsiblemente en otoño.
"""),
    ),
    Language(
        name="Russian",
        story=unfold("""
Гроссмейстер Артём Ветлугин выиграл международный турнир «Озёрная корона», завершившийся в
субботу в Верхнеозёрске. В девятом, заключительном туре 23-летний саратовец чёрными свёл вничью
партию с венгром Габором Тельеки и набрал 6,5 очка. Второе место, отстав на пол-очка, занял
армянский шахматист Рубен Саакянц, третьим стал сам Тельеки.

Судьба первого приза решилась накануне. В восьмом туре Ветлугин на 61-м ходу дожал в ладейном
окончании лидера турнира Саакянца, который до этого не проиграл ни одной партии. «Я понимал, что
другого шанса не будет, поэтому отказался от повторения ходов, хотя времени оставалось меньше
двух минут», — рассказал победитель.

За успех он получил 2,4 миллиона рублей и место в отборочном этапе Кубка Евразии, который
пройдёт в марте в Алматы. Рейтинг Ветлугина вырастет на 14 пунктов и впервые в его карьере
превысит отметку 2700.

В соревновании, которое проводилось в шестой раз, участвовали десять гроссмейстеров из семи
стран. Самым юным был 15-летний Лев Чернопятов из местной школы имени Кораблёва: он разделил
последнее место, однако обыграл чемпиона Индии Викрама Десая. Главный судья Ольга Мерзлякова
сообщила, что протестов не поступило. Организаторы намерены расширить турнир до двенадцати
участников в следующем году.
"""),
        rewritten=unfold("""
В субботу в Верхнеозёрске определился обладатель «Озёрной короны»: им оказался 23-летний
гроссмейстер из Саратова Артём Ветлугин. Ему хватило ничьей чёрными против венгра Габора Тельеки
в финальном, девятом туре — итоговый результат составил 6,5 очка. На пол-очка меньше у ставшего
вторым Рубена Саакянца из Армении, а Тельеки замкнул тройку призёров.

Ключевой оказалась встреча предыдущего дня. Саакянц, возглавлявший таблицу и не знавший
поражений, уступил Ветлугину в восьмом туре: ладейный эндшпиль продлился до 61-го хода. По
словам чемпиона, он сознавал, что второй такой возможности не представится, и уклонился от
повторения позиции, имея на часах неполные две минуты.

Награда победителю — 2,4 миллиона рублей, а также путёвка в отбор Кубка Евразии, намеченный на
март в Алматы. Кроме того, он прибавит 14 рейтинговых пунктов и первый раз в жизни перешагнёт
рубеж в 2700.

Турнир состоялся уже в шестой раз и собрал десяток гроссмейстеров, представлявших семь
государств. Воспитанник местной школы имени Кораблёва Лев Чернопятов, которому всего 15 лет,
поделил последнюю строчку, но сумел победить индийского чемпиона Викрама Десая. Протестов, как
отметила главный арбитр Ольга Мерзлякова, никто не подавал. Через год состав планируют увеличить
до двенадцати шахматистов.
"""),
        independent=unfold("""
В актовом зале бывшей ткацкой фабрики в субботу не хватило стульев. Болельщики сидели на
подоконниках, а школьники из кружка передавали друг другу карманные доски. Когда Артём Ветлугин
поднялся из-за столика и пожал сопернику руку, кто-то крикнул «Браво!», и судьям пришлось
призывать публику к тишине: на соседних досках ещё играли.

Для Верхнеозёрска «Озёрная корона» давно больше, чем спорт. Гостиницы, по данным городской
администрации, были заполнены на 94 процента, а трансляцию на набережной за неделю посмотрели
около восьми тысяч человек. «Мы начинали с гаража и двух спонсоров», — вспоминает основатель
турнира, бывший речник Семён Подгорбунский.

Тренер победителя Ирина Шалаева призналась, что после старта всерьёз боялась провала: её
подопечный простудился и две ночи почти не спал. Спасли, по её словам, мёд, лыжные прогулки и
запрет на компьютер после девяти вечера. На закрытии Ветлугин подарил свою кепку мальчику,
который каждый день ждал его у служебного входа.

Не обошлось без огорчений. Норвежец Эйрик Сунде снялся после третьей партии из-за болей в спине,
а обещанный блицтурнир для любителей отменили: прорвало трубу отопления. Мэр Наталья Крутова
пообещала отремонтировать здание к следующей зиме и открыть в нём постоянный шахматный клуб.
"""),
        unrelated=unfold("""
Женская сборная Заволжской области впервые за двенадцать лет выиграла командное первенство
страны по быстрым шахматам. В решающем матче, который прошёл в воскресенье в Краснохолмске,
хозяйки соревнований уступили ей со счётом 1,5:2,5.

Единственную победу в финале одержала Диана Ахметшина: на третьей доске она пожертвовала ферзя и
поставила мат за ход до падения флажка. Остальные партии закончились мирно. «Девочки держались
на характере, ведь утром мы потеряли первую доску», — пояснила капитан Вера Колчинская. Мастер
Юлия Зуева накануне попала в больницу с приступом аппендицита, операция прошла успешно.

Бронзу завоевала команда Приморского края, обошедшая северян по дополнительным показателям.
Всего на старт вышли двадцать две сборные, контроль времени составлял пятнадцать минут с
добавлением десяти секунд на ход.

Федерация между тем объявила, что с будущего сезона женские и мужские команды будут получать
одинаковые призовые. Сейчас разница достигает сорока процентов. Решение поддержали все
региональные отделения, кроме двух. Следующее первенство примет Усть-Каменка, где к маю достроят
шахматный дворец на триста мест. Отдельный зачёт впервые введут для ветеранов старше шестидесяти
пяти лет.
"""),
    ),
    Language(
        name="Arabic",
        story=unfold("""
لقي أربعة أشخاص مصرعهم وأصيب سبعة عشر آخرون جراء سيول جارفة ضربت ليل الثلاثاء بلدة عين الغدير في
محافظة السرو الجبلية، بحسب ما أعلنه جهاز الحماية المدنية. وقال المتحدث باسم الجهاز، العقيد ناصر
الدهماني، إن فرق الإنقاذ ما زالت تبحث عن فتى في الثالثة عشرة فُقد أثره قرب السوق القديمة.

وهطلت على المنطقة خلال ثلاث ساعات كميات من الأمطار بلغت 96 مليمترا، أي ما يعادل معدل شهرين
كاملين، وفق المرصد الوطني للطقس. وفاض وادي الرمّان عن مجراه قرابة العاشرة مساء، فاجتاحت المياه
الأحياء السفلى وجرفت عشرات السيارات ودمرت جسرا للمشاة.

وأدت السيول إلى تضرر 310 منازل، وانقطع التيار الكهربائي عن نحو 12 ألف مشترك. ونُقلت 180 أسرة إلى
مدرستين ومركز رياضي حُولت إلى ملاجئ مؤقتة. وأعلنت وزارة التربية تعليق الدراسة في البلدة حتى
الأحد المقبل.

وتفقد المحافظ سامي الخزرجي المكان صباح الأربعاء، ووعد بصرف مساعدة عاجلة قدرها ألفا دينار لكل
عائلة متضررة. لكن سكانا حمّلوا السلطات المسؤولية عن حجم الخسائر، مؤكدين أن قنوات تصريف المياه لم
تُنظف منذ أربع سنوات. وقال رئيس المجلس البلدي، حسن البرغوثي، إن ميزانية الصيانة «لم تصل قط رغم
المراسلات المتكررة». وأمرت النيابة العامة بفتح تحقيق.
"""),
        rewritten=unfold("""
قضى أربعة أشخاص وجُرح سبعة عشر في عين الغدير، البلدة الواقعة بمحافظة السرو الجبلية، حين داهمتها
سيول عنيفة مساء الثلاثاء، على ما أفادت الحماية المدنية. ولا يزال البحث جاريا عن صبي عمره 13 عاما
شوهد للمرة الأخيرة على مقربة من السوق القديمة، كما أوضح العقيد ناصر الدهماني الناطق باسم الجهاز.

وبحسب المرصد الوطني للطقس، سقط في غضون ثلاث ساعات ما مجموعه 96 مليمترا من المطر، وهي كمية لا
تسجَّل عادة إلا في شهرين. وعند نحو العاشرة ليلا خرج وادي الرمّان من مجراه، فغمر الأحياء المنخفضة
وحمل معه عشرات المركبات وهدم جسر المشاة.

وألحقت المياه أضرارا بـ310 بيوت وحرمت قرابة 12 ألف مشترك من الكهرباء، فيما جرى إيواء 180 عائلة
مؤقتا في صالة رياضية ومدرستين. ولن يعود التلاميذ إلى صفوفهم قبل الأحد بقرار من وزارة التربية.

وخلال جولة له صباح الأربعاء، تعهد المحافظ سامي الخزرجي بمنح كل أسرة منكوبة ألفي دينار على وجه
السرعة. غير أن الأهالي يرون أن السلطات تتحمل وزر ما حدث، إذ بقيت مجاري التصريف أربعة أعوام بلا
تنظيف. ورد رئيس المجلس البلدي حسن البرغوثي بأن أموال الصيانة لم تُحوَّل إليهم إطلاقا مع أنهم
طالبوا بها مرارا. وفتحت النيابة العامة تحقيقا في الواقعة.
"""),
        independent=unfold("""
على عتبة مخبزه في حي النجارين، يجرف أبو يزن الطين بلوح خشبي. «سمعت هديرا كأنه قطار، ثم رأيت
الثلاجة تطفو»، يقول الرجل الستيني الذي أمضى الليل على السطح مع أحفاده الخمسة. في عين الغدير، لم
يتبقَّ من السوق سوى واجهات مكسورة وأكياس طحين مبللة.

وأودت السيول بحياة أربعة أشخاص، بينهم ممرضة كانت عائدة من مناوبتها، كما أفاد طبيب في المستشفى
الريفي طلب عدم نشر اسمه. وأضاف أن قسم الطوارئ استقبل حالات كسور وانخفاض حرارة، وأن المولد
الكهربائي توقف ساعتين قبل أن يصلحه متطوعون.

وقالت منسقة الإغاثة في المنطقة، رانيا العبدلي، لمراسلنا إن 45 متطوعا وصلوا على جرارات زراعية لأن
الطريق الرئيسية مقطوعة عند الكيلومتر التاسع. ووزع الفريق 600 بطانية ومياها معبأة، لكنه يفتقر إلى
حليب الأطفال وأدوية الأمراض المزمنة.

ويعزو المهندس الجيولوجي المتقاعد توفيق مرشد الكارثة إلى البناء العشوائي في مجرى وادي الرمّان، إذ
رُخص منذ 2015 لأكثر من سبعين مبنى على الضفة. وتحدث مزارعون عن نفوق مئات رؤوس الماشية وتلف بساتين
المشمش قبل أسابيع من القطاف. وحين وصل المحافظ سامي الخزرجي إلى الساحة، استقبله شبان بالصفير
ورفضوا مصافحته.
"""),
        unrelated=unfold("""
أُغلقت الطريق الجبلية الرابطة بين مدينتي تل الزيتون والمرجة أمام حركة السير منذ فجر الخميس، بعد
انهيار صخري سببته أمطار متواصلة استمرت يومين. ولم تُسجل إصابات، لكن حافلة تقل 26 عاملا نجت
بأعجوبة حين توقف سائقها قبل أمتار من الصخور.

وأوضحت مديرة الأشغال العامة، المهندسة لمياء الصيرفي، أن حجم الكتل المتساقطة يقدر بنحو 2400 متر
مكعب، وأن إزالتها ستستغرق أسبوعا على الأقل إذا تحسنت الأحوال الجوية. وأضافت أن خبراء سيفحصون
المنحدر بطائرات مسيّرة قبل السماح للجرافات بالعمل، خشية انزلاقات جديدة.

وتعد الطريق، التي شُقت في سبعينيات القرن الماضي، المنفذ الأقصر لمصدّري الزيت والحمضيات نحو
الميناء. ويقول نقيب سائقي الشاحنات فواز الدرعاوي إن الالتفاف عبر السهل يضيف 70 كيلومترا إلى
الرحلة ويرفع كلفة النقل بمقدار الثلث. وطالب بإعفاء الشاحنات من رسوم العبور مدة الإغلاق.

وكان البرلمان قد ناقش في الخريف مشروع نفق بديل قيمته 85 مليون دينار، غير أن التصويت عليه تأجل
مرتين. وأكد النائب عن المنطقة كريم الأشهب أنه سيطرح الملف مجددا في جلسة الاثنين. وفي الأثناء،
خصصت الشرطة دوريات إضافية لتنظيم المرور عند مفترق السنديان.
"""),
    ),
    Language(
        name="Chinese",
        story=(
            "本报临溪5月14日电 投资18.6亿元的康禾生物疫苗生产基地14日在临溪市高新区"
            "正式投产。该基地占地11.2万平方米，建有三条自动化灌装线，全部达产后每年可生产"
            "流感疫苗和狂犬病疫苗共计4500万剂，是目前省内规模最大的疫苗工厂。\n\n"
            "康禾生物董事长沈若愚在投产仪式上介绍，项目于2021年9月动工，原计划去年底完"
            "工，因进口发酵设备到货延迟，工期推后约五个月。“首批产品将在通过国家批签发后，于"
            "10月供应市场，赶上今年的流感接种季。”他说。\n\n"
            "临溪市副市长贺敬川表示，该项目将带动上下游十余家企业落户，新增就业岗位约1300"
            "个，其中研发人员占两成。\n\n"
            "目前，基地已与邻近的六个省份签订供货意向书，并计划明年向东南亚国家出口。公司总工"
            "程师田蔚透露，二期工程将引入mRNA技术平台，预计2027年启动，投资额不低于9"
            "亿元。\n\n"
            "投产当天，省药监局派出检查组驻厂，对首批试生产的12万剂疫苗抽样检验，结果预计六"
            "周后公布。"
        ),
        rewritten=(
            "临溪高新区新添一座疫苗工厂。5月14日，由康禾生物出资18.6亿元兴建的生产基地"
            "开始运转，规模在全省同类企业中居首。厂区面积11.2万平方米，拥有自动化灌装线三"
            "条，满负荷运行时年产量可达4500万剂，品种包括狂犬病疫苗与流感疫苗。\n\n"
            "据董事长沈若愚回顾，工程从2021年9月开建，本应在去年年底竣工，但从国外订购的"
            "发酵设备迟迟未到，只得延后近五个月。他预计，拿到国家批签发之后，头一批疫苗10月"
            "就能上市，不会错过今年流感季的接种。\n\n"
            "副市长贺敬川说，十多家上下游企业将随之落地，可提供大约1300个工作机会，两成属"
            "于研发岗位。\n\n"
            "销售方面，周边六省已签下供货意向，出口东南亚的打算则放在明年。总工程师田蔚还说，"
            "计划2027年开工的二期将采用mRNA技术平台，至少再投入9亿元。\n\n"
            "省药监局的检查人员当天进驻厂内，从试产的12万剂首批疫苗中抽取样本送检，约六周后"
            "可知结果。"
        ),
        independent=(
            "走进临溪高新区的康禾生物新厂，最先闻到的是淡淡的消毒水味。隔着玻璃，身穿蓝色洁净"
            "服的操作工周敏正盯着屏幕，她三个月前还在一家食品厂包装饼干。“培训考了四次才过，"
            "现在每月能拿七千多。”她告诉记者。\n\n"
            "像周敏这样的本地工人，厂里有四百多名。人力资源主管范立群说，招熟练工最难，公司不"
            "得不与临溪职业技术学院合办“疫苗班”，首届56名学生暑假后上岗。\n\n"
            "14日的投产仪式上，沈若愚没有回避资金压力。他承认公司去年亏损2.3亿元，靠两家"
            "银行的联合贷款才把厂房盖完。业内分析师罗青认为，国内流感疫苗产能已经过剩，去年中"
            "标价降了近三成，“新厂能不能吃饱，要看订单”。\n\n"
            "工厂南边的柳塘村，村民更关心气味和废水。村委会主任陆根生说，村里推选了五名代表，"
            "每月可以进厂查看一次排放数据。环保部门在村口装了一块电子屏，实时显示监测结果。"
        ),
        unrelated=(
            "青樾县市场监管局6月3日通报，当地医疗器械企业博澜科技生产的一批胰岛素注射笔因剂"
            "量刻度偏差被责令召回，涉及产品3.8万支，已流入四省的二百多家药店。\n\n"
            "通报称，问题最早由一名糖尿病患者的家属发现。4月下旬，家住枫桥镇的退休教师胡佩兰"
            "注意到老伴用药后连续出现低血糖，遂将注射笔送检，结果显示实际出药量比标示值高出"
            "15%。监管人员随后突击检查，发现装配车间一台校准仪已逾期半年未检定。\n\n"
            "博澜科技负责人丁绍华公开致歉，承诺消费者凭空盒即可全额退款，并为不适者垫付检查费"
            "用。截至3日晚，企业共收回1.1万支，接到投诉63起，其中两人曾短暂住院，均已康"
            "复。\n\n"
            "律师程一帆认为，若查明企业明知设备失准仍继续生产，相关人员可能被追究刑事责任。县"
            "里已责成全县十九家同类企业开展自查，并要求在月底前提交报告。涉事车间目前停产，复"
            "工时间另行通知。"
        ),
    ),
    Language(
        name="Hindi",
        story=unfold("""
चंदनगढ़। चंदनगढ़ नागरिक सहकारी बैंक और किसान मित्र सहकारी बैंक का विलय एक अक्टूबर से प्रभावी हो
जाएगा। रविवार को हुई दोनों संस्थाओं की विशेष आमसभाओं में सदस्यों ने प्रस्ताव को भारी बहुमत से
मंजूरी दे दी। नागरिक बैंक में 87 प्रतिशत और किसान मित्र बैंक में 79 प्रतिशत वोट विलय के पक्ष में
पड़े।

नए बैंक का नाम ‘संगम सहकारी बैंक’ होगा और उसका मुख्यालय चंदनगढ़ में रहेगा। विलय के बाद उसके पास
64 शाखाएं, करीब 4.2 लाख खाताधारक और 3,150 करोड़ रुपये की जमा राशि होगी। नागरिक बैंक के मौजूदा
अध्यक्ष महेंद्र सिंह तंवर पहले तीन साल तक निदेशक मंडल की अगुवाई करेंगे।

तंवर ने कहा कि किसी कर्मचारी की छंटनी नहीं होगी, हालांकि एक ही बाजार में मौजूद नौ शाखाओं को आपस
में मिला दिया जाएगा। उन्होंने बताया, “ग्राहकों के खाता नंबर और चेकबुक मार्च तक पहले की तरह चलते
रहेंगे।”

किसान मित्र बैंक पिछले दो वर्षों से घाटे में चल रहा था और उसका डूबा हुआ कर्ज 11.8 प्रतिशत तक
पहुंच गया था। इसी कारण रिजर्व बैंक ने जनवरी में उसके नए ऋण बांटने पर रोक लगा दी थी। कर्मचारी
यूनियन की महासचिव सुनीता राठी ने फैसले का स्वागत किया, लेकिन लिखित गारंटी की मांग की है। यूनियन
ने चेतावनी दी है कि 15 सितंबर तक जवाब नहीं मिला तो कर्मचारी हड़ताल पर जाएंगे।
"""),
        rewritten=unfold("""
चंदनगढ़। एक अक्टूबर को इलाके के दो सहकारी बैंक मिलकर एक हो जाएंगे। किसान मित्र सहकारी बैंक और
चंदनगढ़ नागरिक सहकारी बैंक के सदस्यों ने रविवार को अपनी-अपनी विशेष बैठकों में इस पर मुहर लगा दी।
नागरिक बैंक के 87 फीसदी मत समर्थन में रहे, जबकि किसान मित्र बैंक में यह आंकड़ा 79 फीसदी था।

विलय से बनने वाली इकाई ‘संगम सहकारी बैंक’ कहलाएगी, जिसका प्रधान कार्यालय चंदनगढ़ ही होगा। इसकी
शाखाओं की संख्या 64, ग्राहकों की लगभग 4.2 लाख और कुल जमा 3,150 करोड़ रुपये होगी। शुरुआती तीन
वर्षों के लिए बोर्ड की कमान महेंद्र सिंह तंवर संभालेंगे, जो अभी नागरिक बैंक के अध्यक्ष हैं।

तंवर के मुताबिक सबकी नौकरियां सुरक्षित रहेंगी, मगर जिन बाजारों में दोनों की शाखाएं अगल-बगल हैं,
वहां ऐसी नौ शाखाएं एक-दूसरे में समाहित होंगी। मार्च तक न तो चेकबुक बदलेगी, न खाता संख्या।

दो साल से नुकसान झेल रहे किसान मित्र बैंक के फंसे कर्ज 11.8 फीसदी पर जा पहुंचे थे, जिसके चलते
जनवरी में रिजर्व बैंक ने उसे नए कर्ज देने से रोक दिया था। यूनियन महासचिव सुनीता राठी ने इस कदम
को सही ठहराया, पर आश्वासन लिखकर देने को कहा। संगठन का कहना है कि 15 सितंबर तक बात नहीं बनी तो
काम ठप कर दिया जाएगा।
"""),
        independent=unfold("""
सोमवार सुबह साढ़े नौ बजे से ही किसान मित्र सहकारी बैंक की हरिपुरा शाखा के बाहर लंबी कतार लग गई।
हाथ में पासबुक लिए 68 साल के किसान रामदीन कुशवाहा ने कहा, “बेटी की शादी के पांच लाख यहीं जमा
हैं। मैनेजर साहब कह रहे हैं कि चिंता मत करो, पर मन नहीं मानता।” दोपहर तक इस अकेली शाखा से करीब
40 लाख रुपये निकाले जा चुके थे।

चंदनगढ़ नागरिक सहकारी बैंक के साथ विलय का फैसला होते ही अफवाहें भी फैलने लगी हैं। सोशल मीडिया पर
एक संदेश में दावा किया गया कि एटीएम बंद हो जाएंगे। शाखा प्रबंधक देवेश पालीवाल ने इसे झूठा बताया
और थाने में शिकायत दर्ज कराई।

हालांकि सभी सदस्य खुश नहीं हैं। आमसभा में खाद विक्रेता बलराज डांगी ने आरोप लगाया कि बहीखातों की
जांच रिपोर्ट की प्रति किसी को नहीं दी गई। उनके साथ करीब सौ लोग नारे लगाते हुए बाहर चले गए। डांगी
अब सहकारिता न्यायाधिकरण में अपील करेंगे।

सहकारिता विभाग की संयुक्त रजिस्ट्रार नीलिमा भार्गव ने फोन पर बताया कि पांच लाख रुपये तक की जमा
पर बीमा लागू है। अर्थशास्त्र के प्राध्यापक इरफान कुरैशी मानते हैं कि छोटे कर्जदारों के लिए ब्याज
आधा प्रतिशत तक घट सकता है। महेंद्र सिंह तंवर मंगलवार को गांवों का दौरा शुरू करेंगे।
"""),
        unrelated=unfold("""
भैरवपुर। शहर के लोकसेवा महिला सहकारी बैंक में 23 करोड़ रुपये के फर्जी स्वर्ण ऋण का मामला सामने
आया है। आर्थिक अपराध शाखा ने शुक्रवार को पूर्व महाप्रबंधक अनिल बापट और दो जौहरियों को गिरफ्तार
कर लिया। अदालत ने तीनों को छह दिन की पुलिस हिरासत में भेज दिया।

जांच अधिकारी इंस्पेक्टर फरहाना शेख के अनुसार, आरोपियों ने 2022 से अब तक 340 खातों में पीतल के
गहने गिरवी रखवाए और उन्हें बाईस कैरेट सोना बताकर कर्ज पास कराया। ज्यादातर खाते घरेलू सहायिकाओं
और सब्जी बेचने वाली महिलाओं के नाम पर खोले गए थे, जिन्हें इसकी भनक तक नहीं थी। घोटाला तब खुला,
जब एक महिला को वसूली का नोटिस मिला और वह वकील के पास पहुंची।

बैंक की चेयरपर्सन माधुरी इनामदार ने दावा किया कि जमाकर्ताओं का पैसा सुरक्षित है और नकदी की कोई
कमी नहीं है। एहतियात के तौर पर रोज की निकासी की सीमा 20 हजार रुपये तय की गई है।

विपक्ष ने विधानसभा में इस पर चर्चा की मांग उठाई है। वित्त राज्यमंत्री गोविंद नाइक ने भरोसा
दिलाया कि सभी शहरी सहकारी बैंकों के लॉकर और तिजोरियों का विशेष ऑडिट दो महीने में पूरा होगा।
पुलिस फरार चल रहे तीसरे जौहरी की तलाश में पड़ोसी जिलों में छापे मार रही है।
"""),
    ),
)
