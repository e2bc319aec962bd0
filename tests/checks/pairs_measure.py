"""The half kept for measuring: no rule was made or tuned with these pairs. Made-up news, freely retold."""

from __future__ import annotations

from .pair import pair

MEASURE = (
    pair(
        "translator",
        """
Finnish start-up Puhe Labs released earbuds on Tuesday that translate between 14 languages without an internet connection.
The earbuds cost 249 euros and the battery lasts about four hours, the company said.
In a test by the magazine Mobiili, the earbuds got one sentence in six wrong, mostly names and numbers.
"It is good enough to order soup and not good enough to sign a contract," wrote reviewer Elina Virtanen.
Puhe Labs founder Oskar Nyman said an update in December should halve the number of mistakes.
The company sells the earbuds only in Finland and Estonia; it plans to add Germany next year.
A larger competitor, Sonara, abandoned a similar product in 2024.
""",
        """
New earbuds from Finland translate 14 languages without the internet.
In short: A small Finnish company sells earbuds that translate 14 languages, even without a connection.
On Tuesday the Finnish start-up Puhe Labs brought out earbuds, tiny loudspeakers for the ear, that translate between 14 languages. They need no internet connection. A pair costs 249 euros, and according to the company the battery lasts about four hours.
The magazine Mobiili tested them. One sentence in six came out wrong, and mostly it was names and numbers. “It is good enough to order soup and not good enough to sign a contract,” wrote Elina Virtanen, the reviewer. It is like a friend who took one year of lessons.
An update in December should halve the number of mistakes, said Oskar Nyman, who founded Puhe Labs. So far the earbuds are sold only in Finland and Estonia, but the company plans to add Germany next year. Sonara, a larger competitor, gave up a similar product in 2024.
This story is a reminder that a helper can be useful long before it is perfect.
Source: Baltic Gadget
""",
        ("translate between 14 languages. They", "translate between 40 languages. They", "number"),
        ("They need no internet connection", "They need an internet connection", "negation"),
        ("costs 249 euros", "costs 294 euros", "number"),
        ("One sentence in six", "One sentence in nine", "number"),
        ("order soup and not good enough", "order soup and also good enough", "quote"),
        ("wrote Elina Virtanen", "wrote Elina Korhonen", "name"),
        ("in December should halve", "in October should halve", "date"),
        ("should halve the number", "should double the number", "negation"),
        ("plans to add Germany next year", "added Germany this year", "hedge"),
        ("Finland and Estonia", "Finland and Latvia", "name"),
        ("said Oskar Nyman, who founded", "said Elina Virtanen, who founded", "attribution"),
        ("in 2024.", "in 2022.", "date"),
    ),
    pair(
        "fine",
        """
The Spanish privacy regulator fined the ride app Rodando 6.5 million euros on Thursday for keeping the location data of former customers.
Rodando kept the data of 890,000 people for up to five years after they had closed their accounts, the regulator found.
The company did not inform the people concerned.
Rodando said it would appeal and that the data had never been sold.
"We deleted everything in May," chief executive Lucía Ferrer said in a statement.
The consumer group FACUA, which filed the complaint in 2023, called the fine too small.
Under European law the fine could have reached 26 million euros.
""",
        """
Spain has fined the ride app Rodando for keeping data of people who had left.
In short: A ride app must pay 6.5 million euros because it kept data about where former customers had been.
On Thursday, the privacy regulator of Spain, the office that guards personal data, fined Rodando 6.5 million euros. Rodando is an app for booking rides. It had kept the location data of former customers. That was data of 890,000 people, kept for up to five years after they closed their accounts, the regulator found. The company did not tell them.
Rodando said that it would appeal, which means asking a court to look again, and that it had never sold the data. “We deleted everything in May,” Lucía Ferrer, the chief executive, said in a statement. Imagine a hotel that keeps a copy of your key after you check out.
FACUA, a consumer group, had filed the complaint in 2023. It called the fine too small. Under European law it could have reached 26 million euros.
This story is a reminder that leaving a service should mean leaving nothing behind.
Source: Iberia Tech
""",
        ("fined Rodando 6.5 million euros. Rodando is", "fined Rodando 65 million euros. Rodando is", "number"),
        ("data of 890,000 people", "data of 980,000 people", "number"),
        ("years after they closed", "years before they closed", "negation"),
        ("The company did not tell them", "The company did tell them", "negation"),
        ("had never sold the data", "had sold the data", "negation"),
        ("deleted everything in May", "deleted everything in March", "quote"),
        ("Lucía Ferrer, the chief", "Lucía Navarro, the chief", "name"),
        ("called the fine too small", "called the fine too large", "negation"),
        ("complaint in 2023", "complaint in 2021", "date"),
        ("On Thursday, the privacy", "On Monday, the privacy", "date"),
        ("could have reached 26 million", "could have reached 62 million", "number"),
        ("regulator of Spain", "regulator of Italy", "name"),
    ),
    pair(
        "obituary",
        """
Computer scientist Grace Adebayo, who wrote one of the first spelling checkers for Yoruba, died on Sunday in Ibadan at the age of 81.
Her family said she had been ill for several months.
Adebayo began working on the program in 1979 on a machine with 16 kilobytes of memory.
The University of Ibadan hired her in 1983; she taught there for 29 years.
"She made the computer learn our language instead of making us learn its," said her former student Kunle Bello.
Adebayo never patented her work and gave it away for free.
A version of it may still run in thousands of phones, according to the foundation that bears her name.
""",
        """
Grace Adebayo, who taught computers to spell Yoruba, has died.
In short: The computer scientist who wrote one of the first spelling checkers for the Yoruba language has died at 81.
Grace Adebayo, a computer scientist, died on Sunday in Ibadan. She was 81. According to her family she had been ill for several months. Adebayo wrote one of the first spelling checkers, programs that find wrongly written words, for Yoruba.
She began the work in 1979, on a machine with 16 kilobytes of memory, about what a short letter takes up. That is like writing a cookbook on a postage stamp. In 1983 the University of Ibadan hired her, and she taught there for 29 years.
“She made the computer learn our language instead of making us learn its,” said Kunle Bello, a former student. Adebayo gave her work away for free and never patented it, which would have let her charge for it. It may still run in thousands of phones, says the foundation that bears her name.
This story is a reminder that machines speak the languages somebody cared to teach them.
Source: Lagos Letter
""",
        ("died on Sunday in", "died on Friday in", "date"),
        ("She was 81", "She was 91", "number"),
        ("in 1979, on a", "in 1989, on a", "date"),
        ("with 16 kilobytes", "with 64 kilobytes", "number"),
        ("University of Ibadan hired", "University of Lagos hired", "name"),
        ("taught there for 29 years", "taught there for 19 years", "number"),
        ("said Kunle Bello", "said Kunle Balogun", "name"),
        ("never patented it", "later patented it", "negation"),
        ("It may still run in thousands", "It still runs in thousands", "hedge"),
        ("learn our language instead", "speak our language instead", "quote"),
        (
            "checkers, programs that find wrongly written words, for Yoruba",
            "checkers, programs that find wrongly written words, for Igbo",
            "name",
        ),
    ),
    pair(
        "satellites",
        """
Australia's space agency has canceled a 310 million dollar contract with Koala Orbital for six fire-watching satellites, it announced on Friday.
Koala Orbital had missed three deadlines and delivered only one satellite, which failed after nine days.
The company blamed its supplier, Meridian Optics, for faulty lenses. Meridian Optics rejected the accusation.
Bushfires burned 1.4 million hectares in New South Wales last summer.
Agency head Dianne Walsh said the satellites were still needed and that a new tender would open in April.
"Fires do not wait for paperwork," said Rob McAllister, a fire chief in Wagga Wagga.
Koala Orbital may have to lay off half of its 180 employees, the union said.
""",
        """
Australia has cancelled a contract for satellites that were to watch for fires.
In short: Australia's space agency ended a 310 million dollar deal for fire-watching satellites after missed deadlines.
Australia's space agency announced on Friday that it had cancelled a contract with Koala Orbital worth 310 million dollars. The company was to deliver six satellites that watch for fires. It missed three deadlines and delivered only one satellite, and that one failed after nine days.
Koala Orbital blamed faulty lenses from its supplier, Meridian Optics. A supplier is a firm that sells parts. Meridian Optics rejected the accusation. It is like a baker and a miller arguing over a bad loaf.
Last summer bushfires burned 1.4 million hectares in New South Wales. Dianne Walsh, who heads the agency, said the satellites were still needed and that a new tender, a contest for the job, would open in April. “Fires do not wait for paperwork,” said Rob McAllister, a fire chief in Wagga Wagga. According to the union, Koala Orbital may have to lay off half of its 180 employees.
This story is a reminder that a plan on paper puts out no fire.
Source: Southern Star
""",
        ("Koala Orbital worth 310 million", "Koala Orbital worth 130 million", "number"),
        ("deliver six satellites", "deliver nine satellites", "number"),
        ("failed after nine days", "failed after nine weeks", "date"),
        (
            "Koala Orbital blamed faulty lenses from its supplier, Meridian Optics.",
            "Meridian Optics blamed faulty lenses from its supplier, Koala Orbital.",
            "negation",
        ),
        ("rejected the accusation", "accepted the accusation", "negation"),
        ("1.4 million hectares", "4.1 million hectares", "number"),
        ("satellites were still needed", "satellites were no longer needed", "negation"),
        ("would open in April", "would open in June", "date"),
        ("said Rob McAllister, a fire", "said Dianne Walsh, a fire", "attribution"),
        ("may have to lay off", "will lay off", "hedge"),
        ("half of its 180 employees", "half of its 810 employees", "number"),
        ("in New South Wales", "in South Australia", "name"),
    ),
    pair(
        "bank",
        """
Bank Ostmark replaced 40 telephone agents with a voice program in September and has now asked 25 of them to come back, the newspaper Rheinblick reported on Monday.
The program handled simple questions well but gave customers wrong advice about mortgages, according to two employees.
The bank confirmed the rehiring but denied that customers had lost money.
"We underestimated how complicated people's lives are," said Jana Hoffmann, the bank's head of service.
Complaints rose from 110 a week in August to 460 in October.
The works council says it warned of the problem before the change. The bank says it has no record of such a warning.
The banking watchdog BaFin has asked Ostmark for a report.
""",
        """
A bank that replaced telephone agents with a program wants some of them back.
In short: Bank Ostmark asked 25 of 40 replaced agents to return after its voice program gave wrong advice, a newspaper reports.
In September, Bank Ostmark replaced 40 telephone agents with a voice program, which is software that talks. Now it has asked 25 of them to come back, the newspaper Rheinblick reported on Monday. Two employees say the program was good with simple questions, but gave wrong advice about mortgages (loans for buying a home). It is a bit like a tour guide who knows one street.
The bank confirmed that it was hiring people again. It denied that customers had lost money. “We underestimated how complicated people's lives are,” said Jana Hoffmann, who heads the bank's service. In August there were 110 complaints a week; in October there were 460.
The works council, which speaks for the staff, says that it warned of the problem before the change. According to the bank, there is no record of such a warning. BaFin, the watchdog for banks, has asked Ostmark for a report.
This story is a reminder that easy questions are the smaller part of a job.
Source: Main Morning
""",
        (
            "replaced 40 telephone agents with a voice program, which",
            "replaced 400 telephone agents with a voice program, which",
            "number",
        ),
        ("asked 25 of them to come", "asked 35 of them to come", "number"),
        ("reported on Monday", "reported on Sunday", "date"),
        ("but gave wrong advice", "and gave right advice", "negation"),
        ("It denied that customers", "It admitted that customers", "negation"),
        ("said Jana Hoffmann, who", "said Jana Hartmann, who", "name"),
        ("how complicated people's lives", "how simple people's lives", "quote"),
        (
            "110 complaints a week; in October there were 460",
            "460 complaints a week; in October there were 110",
            "number",
        ),
        ("before the change", "after the change", "negation"),
        ("there is no record", "there is a record", "negation"),
        ("BaFin, the watchdog", "Bafög, the watchdog", "name"),
        ("Two employees say", "The works council says", "attribution"),
    ),
    pair(
        "vaccine",
        """
A language model helped chemists at the Helix Institute in Basel find a molecule that slows the malaria parasite, the institute said on Wednesday.
The model proposed 1,200 molecules; the chemists made 30 of them, and two worked in the laboratory.
No human has received the substance. Trials with people could begin in 2029 at the earliest, project leader Nadia Benali said.
"The machine had the idea, but it took us two years to find out whether it was a good one," Benali said.
Malaria killed about 597,000 people in 2023, according to the World Health Organization.
The institute has applied for a patent and promised to license it free of charge to poor countries.
Independent chemist Tomoko Arai cautioned that most such substances fail in later tests.
""",
        """
A language model helped find a substance that slows the malaria parasite.
In short: Chemists in Basel, helped by a language model, found a molecule that slows malaria in the laboratory.
The Helix Institute in Basel said on Wednesday that a language model, a program that has learned from huge amounts of text, helped its chemists to find a molecule against malaria. It slows the parasite that causes the illness. The model suggested 1,200 molecules. The chemists made 30 of them, and two worked in the laboratory. Think of a librarian who points at the right shelf but has not read the book.
So far no human has been given the substance. According to project leader Nadia Benali, trials with people could begin in 2029 at the earliest. “The machine had the idea, but it took us two years to find out whether it was a good one,” Benali said.
About 597,000 people died of malaria in 2023, says the World Health Organization. The institute has applied for a patent, the right to decide who may use an invention, and has promised to give poor countries a free license. Tomoko Arai, an independent chemist, warned that most such substances fail in later tests.
This story is a reminder that an idea is only the first step to a medicine.
Source: Rhine Science
""",
        ("suggested 1,200 molecules", "suggested 2,100 molecules", "number"),
        ("made 30 of them, and two worked", "made 30 of them, and twelve worked", "number"),
        ("no human has been given", "many humans have been given", "negation"),
        ("could begin in 2029", "will begin in 2029", "hedge"),
        ("begin in 2029 at", "begin in 2027 at", "date"),
        ("took us two years to find", "took us ten years to find", "quote"),
        ("good one,” Benali said", "good one,” Arai said", "attribution"),
        ("About 597,000 people", "About 957,000 people", "number"),
        ("give poor countries a free", "give rich countries a free", "negation"),
        ("most such substances fail", "most such substances succeed", "negation"),
        ("Institute in Basel said", "Institute in Bern said", "name"),
        ("Tomoko Arai, an independent", "Tomoko Abe, an independent", "name"),
    ),
    pair(
        "strike",
        """
About 2,300 warehouse workers of the online shop Bonanza in Leeds and Hull will strike for three days from Black Friday, the union GMR said.
The union demands 15 pounds an hour; Bonanza offers 13.75 pounds.
Workers also object to wristbands that measure how fast they pack. Bonanza says the wristbands are voluntary.
"Voluntary means you lose your bonus if you say no," said packer Denise Ford, who has worked there for six years.
Bonanza said it did not expect delays because other warehouses would take over.
Talks broke down on Sunday after eleven hours.
The logistics analyst Hugh Sands estimated the strike could cost Bonanza 8 million pounds a day.
""",
        """
Warehouse workers of the online shop Bonanza are going on strike.
In short: About 2,300 workers who pack parcels for Bonanza want more money and fewer wristbands, so they will strike.
About 2,300 workers of the online shop Bonanza will strike for three days from Black Friday, according to the union GMR, a group that speaks for workers. They work in warehouses in Leeds and Hull. The union wants 15 pounds an hour. Bonanza offers 13.75 pounds.
The workers also do not want wristbands that measure how fast they pack. It is like having a stopwatch tied to your arm. Bonanza says the wristbands are voluntary. “Voluntary means you lose your bonus if you say no,” said Denise Ford, a packer who has been there for six years.
Bonanza does not expect delays, it said, because other warehouses would take over. The talks broke down on Sunday after eleven hours. Hugh Sands, an analyst for logistics, which is the business of moving goods, estimated that the strike could cost 8 million pounds a day.
This story is a reminder that somebody packs every parcel.
Source: Humber Gazette
""",
        ("About 2,300 workers of the online", "About 3,200 workers of the online", "number"),
        ("for three days from", "for five days from", "number"),
        ("Leeds and Hull. The", "Leeds and York. The", "name"),
        ("wants 15 pounds an hour. Bonanza offers 13.75", "wants 13.75 pounds an hour. Bonanza offers 15", "number"),
        ("the wristbands are voluntary", "the wristbands are mandatory", "negation"),
        ("lose your bonus", "lose your job", "quote"),
        ("said Denise Ford, a packer", "said Hugh Sands, a packer", "attribution"),
        ("does not expect delays", "expects delays", "negation"),
        ("down on Sunday after eleven", "down on Sunday after seven", "number"),
        ("could cost 8 million", "will cost 8 million", "hedge"),
        ("Hugh Sands, an analyst", "Hugh Sanders, an analyst", "name"),
        ("broke down on Sunday", "broke down on Tuesday", "date"),
    ),
    pair(
        "library2",
        """
The National Library of Chile finished scanning its 11 million newspaper pages on Monday, six years after it began.
A program that reads old print turned the scans into searchable text, with about 3 errors in every 100 words.
Anyone may read the pages free of charge, but commercial use requires a fee.
Director Camila Rojas said requests from abroad had tripled since the first part went online in 2022.
"A grandmother in Sweden found her own wedding notice," Rojas said.
The publisher El Faro had tried to stop the project in court; it lost in 2021.
The library hopes to add regional papers if parliament approves 4 billion pesos in January.
""",
        """
Chile's National Library has scanned all of its old newspapers.
In short: The National Library of Chile has put 11 million newspaper pages on the web after six years of work.
On Monday the National Library of Chile finished scanning its newspapers. Scanning means taking a picture that a computer can store. There are 11 million pages, and the work took six years. A program that reads old print made searchable text of them. It makes about 3 errors in every 100 words, like a tired typist.
Anyone may read the pages for free. Commercial use, which means use for making money, requires a fee. Camila Rojas, the director, said that three times as many requests came from abroad since the first part went online in 2022. “A grandmother in Sweden found her own wedding notice,” Rojas said.
El Faro, a publisher, tried to stop the project in court, but lost in 2021. The library hopes to add papers from the regions if parliament approves 4 billion pesos in January.
This story is a reminder that yesterday's papers are somebody's family album.
Source: Santiago Weekly
""",
        ("There are 11 million pages", "There are 17 million pages", "number"),
        ("work took six years", "work took nine years", "number"),
        ("about 3 errors in every 100", "about 30 errors in every 100", "number"),
        ("requires a fee", "requires no fee", "negation"),
        ("three times as many requests", "ten times as many requests", "number"),
        ("grandmother in Sweden", "grandmother in Norway", "quote"),
        ("notice,” Rojas said", "notice,” El Faro said", "attribution"),
        ("but lost in 2021", "and won in 2021", "negation"),
        ("hopes to add papers", "has added papers", "hedge"),
        ("4 billion pesos", "4 million pesos", "number"),
        ("in January.", "in March.", "date"),
        ("Camila Rojas, the director", "Camila Reyes, the director", "name"),
    ),
    pair(
        "election",
        """
Kenya's election commission will not use face recognition at polling stations in August, chairwoman Amina Yusuf announced on Wednesday.
A trial in March with 5,000 voters rejected 6% of them wrongly, she said.
The system, made by the French company Idento, had cost 2.1 billion shillings.
The opposition had called for the system to be dropped. President Daniel Mwangi had supported it.
"A machine must not decide who is a citizen," opposition leader Faith Njeri said.
Idento said the pictures taken in the trial were too dark and that it had offered to repeat it.
Voters will be identified by fingerprint, as in 2022.
""",
        """
Kenya will not use face recognition in its election.
In short: Kenya's election commission gave up face recognition after a trial turned away some voters wrongly.
Face recognition, software that tells who somebody is from a picture, will not be used at Kenya's polling stations in August. Amina Yusuf, who chairs the election commission, announced this on Wednesday. She said that a trial with 5,000 voters in March wrongly rejected 6% of them. It is like a doorman who does not know the people who live in the house.
The French company Idento made the system, which had cost 2.1 billion shillings. The opposition had called for it to be dropped, while President Daniel Mwangi had supported it. “A machine must not decide who is a citizen,” said Faith Njeri, the leader of the opposition.
Idento said that the pictures in the trial were too dark and that it had offered to repeat it. As in 2022, voters will be identified by their fingerprint.
This story is a reminder that a small error is large for those it hits.
Source: Savanna Times
""",
        ("will not be used at Kenya's", "will be used at Kenya's", "negation"),
        ("with 5,000 voters", "with 50,000 voters", "number"),
        ("rejected 6% of them", "rejected 16% of them", "number"),
        ("The French company Idento", "The German company Idento", "name"),
        ("2.1 billion shillings", "1.2 billion shillings", "number"),
        ("President Daniel Mwangi had supported it", "President Daniel Mwangi had opposed it", "negation"),
        ("must not decide who", "must decide who", "quote"),
        ("said Faith Njeri, the leader", "said Amina Yusuf, the leader", "attribution"),
        ("were too dark", "were too bright", "unsupported"),
        ("As in 2022, voters", "As in 2017, voters", "date"),
        ("stations in August", "stations in April", "date"),
        ("announced this on Wednesday", "announced this on Friday", "date"),
    ),
    pair(
        "browser",
        """
The browser Heron will block tracking cookies for all users from version 12, its maker, the Larch Foundation, said on Tuesday.
Until now only users who changed a setting were protected, about 1 in 20.
Advertising association AdNorth criticized the decision and said small websites would lose up to 15% of their income.
"Nobody should have to find a hidden switch to be left alone," said Larch's director, Ingrid Solberg.
Heron has a market share of 4%; the market leader, Chromatic, postponed a similar step for the third time in June.
Version 12 is scheduled for 3 December. Companies can switch the protection off for their own internal sites.
Larch, which lives on donations, reported a deficit of 2 million dollars last year.
""",
        """
The browser Heron will protect all its users from tracking.
In short: From version 12 on, the Heron browser blocks the little files that follow people around the web, for everybody.
Heron, a browser (a program for looking at web pages), will block tracking cookies for all users from version 12. That is what its maker, the Larch Foundation, said on Tuesday. Tracking cookies are small files that note which pages somebody visits, like a stranger who writes down every shop you enter. Until now they were blocked only for those who changed a setting, about 1 user in 20.
AdNorth, an association for advertising, criticized the decision. It said that small websites would lose up to 15% of their income. “Nobody should have to find a hidden switch to be left alone,” said Ingrid Solberg, the director of Larch. Heron has 4% of the market. Chromatic, the market leader, put off a similar step in June, for the third time.
Version 12 is scheduled for 3 December. Companies can turn the protection off for their own internal sites. Larch lives on donations; last year it reported a deficit, meaning it spent more than it had, of 2 million dollars.
This story is a reminder that most people leave the switches as they find them.
Source: Oslo Byte
""",
        ("from version 12. That", "from version 21. That", "number"),
        ("1 user in 20", "1 user in 50", "number"),
        ("criticized the decision", "praised the decision", "negation"),
        ("up to 15% of their income", "up to 50% of their income", "number"),
        ("a hidden switch to be left", "an open switch to be left", "quote"),
        ("said Ingrid Solberg, the", "said Ingrid Solheim, the", "name"),
        ("Heron has 4% of the market", "Heron has 40% of the market", "number"),
        ("in June, for the third", "in July, for the third", "date"),
        ("scheduled for 3 December", "scheduled for 13 December", "date"),
        ("turn the protection off", "turn the protection on", "negation"),
        ("a deficit, meaning", "a profit, meaning", "negation"),
        ("Chromatic, the market leader, put", "AdNorth, the market leader, put", "name"),
    ),
    pair(
        "quantum",
        """
Researchers at the University of Delft kept a quantum bit stable for 34 minutes, more than four times the previous record, they wrote in the journal Photon on Thursday.
The old record of eight minutes was set in Kyoto in 2023.
The experiment took place at minus 272 degrees and has not been repeated by another group.
"We do not have a computer, we have one very calm atom," said lead author Bram de Wit.
The Dutch government paid for the work together with the company Qubrix, which owns two of the patents.
Physicist Leila Farahani of Toronto, who reviewed the paper, called the result convincing but said useful machines would need millions of such bits.
De Wit's group wants to connect two bits by the end of next year.
""",
        """
Researchers in Delft kept a quantum bit stable for 34 minutes.
In short: Scientists kept the smallest part of a quantum computer calm for 34 minutes, four times longer than anybody before.
On Thursday, researchers at the University of Delft wrote in the journal Photon that they had kept a quantum bit stable for 34 minutes. A quantum bit is the smallest part of a new kind of computer. It is like a spinning coin that must not fall over. The record before was eight minutes, set in Kyoto in 2023.
The experiment was done at minus 272 degrees. No other group has repeated it yet. “We do not have a computer, we have one very calm atom,” said Bram de Wit, the lead author. The Dutch government and the company Qubrix paid for the work; Qubrix owns two of the patents, or rights to an invention.
Leila Farahani, a physicist in Toronto who reviewed the paper, called the result convincing. She added that useful machines would need millions of such bits. By the end of next year De Wit's group wants to connect two bits.
This story is a reminder that big machines begin with one small part that holds still.
Source: Polder Science
""",
        ("stable for 34 minutes. A quantum", "stable for 43 minutes. A quantum", "number"),
        ("was eight minutes, set", "was eighty minutes, set", "number"),
        ("set in Kyoto", "set in Osaka", "name"),
        ("at minus 272 degrees", "at minus 227 degrees", "number"),
        ("No other group has repeated it yet", "Another group has repeated it", "negation"),
        ("one very calm atom", "one very fast atom", "quote"),
        ("said Bram de Wit, the lead", "said Leila Farahani, the lead", "attribution"),
        ("owns two of the patents", "owns twelve of the patents", "number"),
        ("millions of such bits", "thousands of such bits", "number"),
        ("wants to connect two bits", "has connected two bits", "hedge"),
        ("called the result convincing", "called the result unconvincing", "negation"),
        ("The Dutch government and", "The Danish government and", "name"),
    ),
    pair(
        "music",
        """
Singer Paloma Reyes won the right to have 43 computer-made songs with her voice taken off the platform Tonic, a court in Mexico City ruled on Monday.
The songs had been played 9 million times. Reyes had not agreed to them and received no money.
The user who uploaded them, known only as Copal, has not been found.
Tonic argued that it could not check every upload. Judge Raúl Ortega rejected that argument.
"My voice is not a sample, it is my passport," Reyes told reporters after the ruling.
Tonic must pay her 3.8 million pesos and said it was considering an appeal.
The ruling could become a model for other singers, said lawyer Inés Duarte, who represented Reyes.
""",
        """
A court in Mexico City has ordered songs with a copied voice to be taken down.
In short: The singer Paloma Reyes won in court against 43 songs that a computer made with her voice.
A court in Mexico City ruled on Monday that Tonic, a platform for music, must remove 43 songs. They were made by a computer with the voice of the singer Paloma Reyes. The songs had been played 9 million times. Reyes had not agreed to them and got no money. It is like finding your face on a stranger's poster.
They were uploaded, meaning put on the web, by a user known only as Copal, who has not been found. Tonic argued that it could not check every upload, but judge Raúl Ortega rejected that. “My voice is not a sample, it is my passport,” Reyes told reporters after the ruling.
Tonic must pay 3.8 million pesos to her. It said it was considering an appeal, which means asking a higher court. According to Inés Duarte, the lawyer who represented Reyes, the ruling could become a model for other singers.
This story is a reminder that a voice belongs to the person who speaks with it.
Source: Azteca Culture
""",
        ("must remove 43 songs", "must remove 34 songs", "number"),
        ("played 9 million times", "played 90 million times", "number"),
        ("Reyes had not agreed", "Reyes had agreed", "negation"),
        ("who has not been found", "who has been found", "negation"),
        ("judge Raúl Ortega rejected that", "judge Raúl Ortega accepted that", "negation"),
        ("it is my passport", "it is my property", "quote"),
        ("passport,” Reyes told", "passport,” Ortega told", "attribution"),
        ("pay 3.8 million pesos", "pay 8.3 million pesos", "number"),
        ("was considering an appeal", "had filed an appeal", "hedge"),
        ("could become a model", "has become a model", "hedge"),
        ("ruled on Monday that", "ruled on Thursday that", "date"),
        ("judge Raúl Ortega", "judge Raúl Ortiz", "name"),
    ),
    pair(
        "farmbot",
        """
Weeding robots reduced the use of herbicide by 61% on 48 farms in Iowa, a study by the state university showed on Friday.
The farms lost no yield, but the robots cost 140,000 dollars each and needed repair every nine days on average.
Small farms cannot afford them, said agronomist Beth Larson, who led the study.
The maker, Furrow Robotics, lent the machines for free. It had no say in the results, according to Larson.
"I sleep better, but my mechanic does not sleep at all," said farmer Tom Hanley of Ames.
The herbicide producer Agrivon said the sample was too small to draw conclusions.
A second study with 300 farms is to begin in spring, provided the state pays for it.
""",
        """
Robots that pull weeds let farms in Iowa use far less poison.
In short: On 48 farms, weeding robots cut the use of weed killer by 61%, a study by Iowa's state university showed.
Weeding robots cut the use of herbicide, which is poison against weeds, by 61% on 48 farms in Iowa. The state university showed that in a study on Friday. The farms did not lose yield, the amount they harvest. But each robot costs 140,000 dollars, and on average it needed repair every nine days.
Beth Larson, the agronomist (a scientist for farming) who led the study, said that small farms cannot afford them. Furrow Robotics, the maker, lent the machines for free; according to Larson it had no say in the results. “I sleep better, but my mechanic does not sleep at all,” said Tom Hanley, a farmer in Ames. It is like a racing car: fast, and often in the workshop.
Agrivon, which produces herbicide, said that the sample, the number of farms looked at, was too small to draw conclusions. If the state pays for it, a second study with 300 farms is to begin in spring.
This story is a reminder that a good tool still has to earn its price.
Source: Prairie Tech
""",
        ("weeds, by 61% on", "weeds, by 16% on", "number"),
        ("on 48 farms in Iowa. The", "on 84 farms in Iowa. The", "number"),
        ("farms did not lose yield", "farms did lose yield", "negation"),
        ("costs 140,000 dollars", "costs 14,000 dollars", "number"),
        ("small farms cannot afford", "small farms can afford", "negation"),
        ("it had no say in the results", "it had a say in the results", "negation"),
        ("sleep better, but my mechanic", "sleep worse, but my mechanic", "quote"),
        ("said Tom Hanley, a farmer", "said Beth Larson, a farmer", "attribution"),
        ("was too small to draw", "was too large to draw", "negation"),
        ("with 300 farms is to begin", "with 3,000 farms is to begin", "number"),
        ("begin in spring", "begin in autumn", "date"),
        ("Agrivon, which produces", "Agrimon, which produces", "name"),
    ),
    pair(
        "insurer",
        """
Insurer Aegir will stop selling policies that cover damage by artificial intelligence, it told brokers on Tuesday.
The Danish company paid 87 million kroner in the past year for mistakes of customers' chatbots and pricing programs.
Competitors Nordlys and Tryde said they would go on offering such cover, though Nordlys plans to raise its prices by a fifth.
"We cannot put a price on something that behaves differently every day," said Aegir's chief risk officer, Mette Krogh.
Existing contracts remain valid until they end. About 600 companies are affected.
The industry group Danish Insurance expects other firms to follow Aegir.
The finance ministry has not ruled out a public fund.
""",
        """
An insurer no longer covers damage done by artificial intelligence.
In short: The Danish insurer Aegir stops selling policies against mistakes of artificial intelligence, because it can't put a price on them.
On Tuesday the insurer Aegir told brokers, the people who sell its contracts, that it will no longer sell policies for damage by artificial intelligence, software that does tasks which need thinking. In the past year the Danish company paid 87 million kroner for mistakes of its customers' chatbots and pricing programs.
Nordlys and Tryde, two competitors, said that they would go on offering such cover. Nordlys plans to raise its prices by a fifth. “We cannot put a price on something that behaves differently every day,” said Mette Krogh, the chief risk officer of Aegir. Think of insuring a dog that is a different dog each morning.
Existing contracts stay valid until they end. About 600 companies are affected. Danish Insurance, an industry group, expects others to follow. The finance ministry has not ruled out a public fund.
This story is a reminder that somebody pays when a machine is wrong.
Source: Copenhagen Ledger
""",
        ("will no longer sell policies", "will go on to sell policies", "negation"),
        ("paid 87 million kroner", "paid 78 million kroner", "number"),
        ("Nordlys plans to raise its prices", "Nordlys has raised its prices", "hedge"),
        ("raise its prices by", "lower its prices by", "negation"),
        ("prices by a fifth", "prices by a third", "number"),
        ("behaves differently every day", "behaves differently every hour", "quote"),
        ("said Mette Krogh, the chief", "said Mette Kjær, the chief", "name"),
        ("About 600 companies", "About 6,000 companies", "number"),
        ("has not ruled out", "has ruled out", "negation"),
        ("On Tuesday the insurer", "On Friday the insurer", "date"),
        ("expects others to follow", "said others followed", "hedge"),
        ("Danish company paid", "Swedish company paid", "name"),
    ),
    pair(
        "game",
        """
The puzzle game Lumen, made by two sisters in Tbilisi, has sold a million copies in eleven days, its publisher Fable & Fig said on Saturday.
Nino and Tamar Gelashvili worked on it for seven years and turned down an offer of 400,000 dollars in 2022.
The game uses no generated pictures; every scene is painted by hand.
"People told us nobody would notice the difference," Tamar Gelashvili said.
Streaming star Bricko, who has 12 million followers, had praised the game on its first day.
A version for phones may follow in the autumn. The sisters have not decided on a second part.
The publisher keeps 20% of the income, less than the 30% that is usual.
""",
        """
A puzzle game painted by hand has sold a million copies.
In short: Two sisters in Tbilisi sold a million copies of their hand-painted game in eleven days.
Lumen, a puzzle game by two sisters in Tbilisi, has sold a million copies in eleven days. Its publisher, the firm that sells it, is Fable & Fig, which said so on Saturday. Nino and Tamar Gelashvili worked on the game for seven years. In 2022 they turned down an offer of 400,000 dollars.
There are no generated pictures in it, which means none that a computer made up; every scene is painted by hand. “People told us nobody would notice the difference,” Tamar Gelashvili said. It is like a meal cooked slowly in a street full of fast food.
Bricko, a star of streaming (showing live video on the web) with 12 million followers, praised the game on its first day. In the autumn a version for phones may follow. The sisters have not decided on a second part. The publisher keeps 20% of the income; 30% is usual.
This story is a reminder that patience can pay.
Source: Caucasus Play
""",
        ("copies in eleven days. Its", "copies in eighteen days. Its", "number"),
        ("the game for seven years", "the game for three years", "number"),
        ("turned down an offer of 400,000", "accepted an offer of 400,000", "negation"),
        ("offer of 400,000 dollars", "offer of 40,000 dollars", "number"),
        ("There are no generated pictures", "There are many generated pictures", "negation"),
        ("nobody would notice", "everybody would notice", "quote"),
        ("Tamar Gelashvili said", "Bricko said", "attribution"),
        ("with 12 million followers", "with 2 million followers", "number"),
        ("a version for phones may follow", "a version for phones will follow", "hedge"),
        ("have not decided on", "have decided on", "negation"),
        ("keeps 20% of the income; 30% is", "keeps 30% of the income; 20% is", "number"),
        ("sisters in Tbilisi, has", "sisters in Batumi, has", "name"),
    ),
)
