"""The half the rules were made with: made-up news, faithful rewrites, and alterations of them."""

from __future__ import annotations

from .pair import pair

PAIRS = (
    pair(
        "ferry",
        """
The Norhaven ferry Alma ran aground near Tessel Island on Tuesday with 214 passengers on board, the coast guard said.
Nobody was injured, but 38 people were treated for shock at the island's clinic, according to Dr. Ines Falk.
"We heard a long scrape and then the lights went out," passenger Martin Oyelaran told Norhaven Radio.
The ferry's operator, Blue Strait Lines, reportedly ignored two earlier warnings about its navigation system.
Blue Strait Lines did not apologize for the delay. Transport minister Karin Dahl said an inquiry would begin on March 9.
Shares of Blue Strait Lines fell 12 percent on Wednesday.
""",
        """
A ferry carrying 214 passengers ran aground near Tessel Island on Tuesday.
In short: The ferry Alma got stuck near Tessel Island with 214 people on board, and nobody was injured.
The coast guard said the Norhaven ferry Alma ran aground, which means its bottom hit the sea floor, on Tuesday. The ship had 214 passengers on board. Nobody was injured, but 38 people were treated for shock, Dr. Ines Falk said.
Passenger Martin Oyelaran told Norhaven Radio: “We heard a long scrape and then the lights went out.” The operator, Blue Strait Lines, reportedly ignored two earlier warnings about the navigation system (like driving on after the oil light comes on).
The company did not apologize for the delay. Transport minister Karin Dahl said an inquiry would begin on March 9. Shares of Blue Strait Lines fell 12% on Wednesday.
This story is a reminder that small warnings can matter a lot.
Source: Norhaven Post
""",
        ("The ship had 214", "The ship had 241", "number"),
        ("but 38 people", "but 83 people", "number"),
        ("fell 12%", "fell 22%", "number"),
        ("Alma ran aground", "Astrid ran aground", "name"),
        ("Ines Falk", "Ines Krag", "name"),
        ("lights went out", "engines went out", "quote"),
        ("Lines, reportedly ignored", "Lines, ignored", "hedge"),
        ("did not apologize", "did apologize", "negation"),
        ("Lines fell 12%", "Lines rose 12%", "negation"),
        ("March 9", "March 19", "number"),
        ("March 9", "April 9", "date"),
        ("on Wednesday", "on Friday", "date"),
        ("Transport minister Karin Dahl said", "Martin Oyelaran said", "attribution"),
        ("Dr. Ines Falk said", "Karin Dahl said", "attribution"),
    ),
    pair(
        "battery",
        """
Startup Lumenco said on Monday it had raised $45 million to build a battery plant in Porto.
The plant may employ up to 600 workers by 2028, chief executive Rosa Almeida said at a press conference.
"This is the biggest bet we have ever made," Almeida said.
Analyst Greg Tannen of Fairway Research warned that demand for home batteries dropped by a third last year.
The city council approved the plan in a vote of 19 to 6. Residents' group Clean Porto has not filed a complaint.
Lumenco sued its rival Voltaris in 2023 over a patent.
""",
        """
Lumenco has raised $45 million for a battery plant in Porto.
In short: The startup Lumenco raised $45 million to build a plant, and the city council approved the plan.
Lumenco, a company that makes batteries, said on Monday it had raised $45 million. The plant may employ up to 600 workers by 2028, according to chief executive Rosa Almeida. “This is the biggest bet we have ever made,” Almeida said.
But Greg Tannen, an analyst at Fairway Research, warned that demand for home batteries dropped by 33% last year. A battery is like a lunchbox for power.
The city council approved the plan by 19 votes to 6. The residents' group Clean Porto has not filed a complaint. Lumenco sued Voltaris in 2023 over a patent, meaning a legal right to an invention.
This story is a reminder that new factories depend on buyers.
Source: Iberia Business
""",
        ("Monday it had raised $45 million", "Monday it had raised $54 million", "number"),
        ("Monday it had raised $45 million", "Monday it had raised $45 billion", "number"),
        ("may employ", "will employ", "hedge"),
        ("by 2028", "by 2027", "date"),
        ("Rosa Almeida", "Rosa Martins", "name"),
        ("biggest bet", "safest bet", "quote"),
        ("batteries dropped by", "batteries rose by", "negation"),
        ("council approved the plan by", "council rejected the plan by", "negation"),
        ("has not filed", "has filed", "negation"),
        ("Lumenco sued Voltaris", "Voltaris sued Lumenco", "negation"),
        ("on Monday", "on Thursday", "date"),
        ("Greg Tannen, an analyst at Fairway Research, warned", "Rosa Almeida warned", "attribution"),
        ("19 votes to 6", "19 votes to 9", "number"),
    ),
    pair(
        "hospital",
        """
Surgeons at Eastbrook Hospital have used a robot to repair a baby's heart before birth, the hospital said on 4 June.
The operation took seven hours and involved 22 staff. Surgeon Hana Petrov led the team.
The child, born in May, is expected to leave the hospital next week.
"She is a fighter, and so is her mother," Petrov said.
The method could help 1,500 families a year, according to the Heart Alliance.
Health officials have not approved the robot for wider use. Costs rose from $80,000 to $120,000 per operation.
""",
        """
Surgeons at Eastbrook Hospital repaired a baby's heart before birth with a robot.
In short: A robot helped surgeons repair a heart before birth, in an operation of seven hours.
Eastbrook Hospital said on 4 June that surgeons used a robot to repair a baby's heart before birth. The operation took seven hours and involved 22 staff. Hana Petrov led the team.
The child was born in May and is expected to leave the hospital next week. “She is a fighter, and so is her mother,” Petrov said.
The Heart Alliance says the method could help 1,500 families a year. Health officials have not approved the robot for wider use. The costs rose from $80,000 to $120,000 for each operation (like the price of a house going up by half).
This story is a reminder that new tools take time to reach everyone.
Source: Eastbrook Herald
""",
        ("4 June", "14 June", "number"),
        ("born in May", "born in July", "date"),
        ("before birth. The operation", "after birth. The operation", "negation"),
        ("took seven hours and", "took nine hours and", "number"),
        ("is expected to leave", "will leave", "hedge"),
        ("so is her mother", "so is her father", "quote"),
        ("could help 1,500", "will help 1,500", "hedge"),
        ("1,500", "15,000", "number"),
        ("have not approved", "have approved", "negation"),
        ("costs rose", "costs fell", "negation"),
        ("Hana Petrov led", "Hana Lindgren led", "name"),
        ("mother,” Petrov said", "mother,” the Heart Alliance said", "attribution"),
        ("next week", "next month", "date"),
    ),
    pair(
        "library",
        """
Thieves allegedly took 17 rare maps from the Corvane City Library on Saturday night, police said.
Librarian Joan Whitlock discovered the loss on Sunday. "Those maps belong to everyone," Whitlock said.
Police arrested Dorian Pike in Larkton. Pike denied taking the maps.
The maps are worth about 2.4 million euros, insurer Hallmark Mutual estimated.
The library will not reopen before Friday.
""",
        """
Rare maps were allegedly stolen from the Corvane City Library on Saturday.
In short: Police say thieves took 17 rare maps from a library in Corvane.
Police said thieves allegedly took 17 rare maps from the Corvane City Library on Saturday night. Librarian Joan Whitlock discovered the loss on Sunday. “Those maps belong to everyone,” Whitlock said.
Police arrested Dorian Pike in Larkton. Pike denied taking the maps. The insurer Hallmark Mutual estimated the maps are worth about 2.4 million euros.
The library will not reopen before Friday. Losing old maps is like losing a family album.
Source: Larkton Times
""",
        ("took 17 rare maps from the", "took 71 rare maps from the", "number"),
        ("Joan Whitlock", "Jane Whitlock", "name"),
        ("belong to everyone", "belong to nobody", "quote"),
        ("everyone,” Whitlock said", "everyone,” Pike said", "attribution"),
        ("2.4 million euros", "4.2 million euros", "number"),
        ("2.4 million euros", "2.4 million dollars", "number"),
        ("will not reopen", "will reopen", "negation"),
        ("before Friday", "after Friday", "negation"),
        ("in Larkton.", "in Marston.", "name"),
        ("on Sunday", "on Monday", "date"),
        ("Pike denied taking", "Pike admitted taking", "negation"),
    ),
    pair(
        "satellite",
        """
Space firm Orbix launched its third weather satellite from Kourou on October 2, 2025.
The satellite will measure rain over Africa every 15 minutes. The agency Meteor Union paid half of the cost.
Engineer Paul Ngata told reporters the launch was "a huge relief after three failures".
The mission might end early if fuel runs short, Orbix said. Fuel use increased during the flight.
A rival, Skyward Labs, never launched its own satellite.
""",
        """
Orbix launched a weather satellite from Kourou.
In short: Orbix sent its third weather satellite to space on October 2, 2025.
The space firm Orbix launched its third weather satellite from Kourou on October 2, 2025. The satellite will measure rain over Africa every 15 minutes. Meteor Union paid half of the cost.
Engineer Paul Ngata told reporters the launch was “a huge relief after three failures”. Orbix said the mission might end early if fuel runs short. Fuel use increased during the flight, like a car in heavy traffic.
The rival Skyward Labs never launched its own satellite.
Source: Orbit Weekly
""",
        ("Orbix launched its third", "Orbix launched its fourth", "number"),
        ("every 15 minutes", "every 50 minutes", "number"),
        ("Kourou on October 2, 2025", "Kourou on October 2, 2024", "date"),
        ("Kourou on October 2", "Kourou on November 2", "date"),
        ("huge relief", "big relief", "quote"),
        ("might end early", "will end early", "hedge"),
        ("use increased", "use decreased", "negation"),
        ("never launched its own", "launched its own", "negation"),
        ("over Africa", "over Asia", "name"),
        ("Paul Ngata", "Peter Ngata", "name"),
        ("Meteor Union paid", "Weather Union paid", "name"),
    ),
    pair(
        "school",
        """
Schools in Veldmark will ban phones from September, education minister Tomas Brandt announced on Thursday.
About 340,000 pupils are affected. Teachers' union leader Olga Reiss said the rule came too late.
"Children need quiet to learn," Brandt said. Parents in Ostfeld oppose the ban.
A study of 91 schools found that grades improved after phones were removed.
Brandt did not rule out fines. The number of complaints declined in 2024.
""",
        """
Veldmark will ban phones in schools from September.
In short: Phones will be banned in Veldmark's schools from September, the education minister says.
Education minister Tomas Brandt announced on Thursday that schools in Veldmark will ban phones from September. About 340,000 pupils are affected. Union leader Olga Reiss said the rule came too late.
“Children need quiet to learn,” Brandt said. Parents in Ostfeld oppose the ban. Imagine trying to read beside a loud television.
A study of 91 schools found that grades improved after phones were removed. Brandt did not rule out fines. The number of complaints declined in 2024.
Source: Veldmark Daily
""",
        ("340,000", "430,000", "number"),
        ("Tomas Brandt", "Tomas Brunner", "name"),
        ("Olga Reiss said", "Tomas Brandt said", "attribution"),
        ("quiet to learn", "silence to learn", "quote"),
        ("Parents in Ostfeld oppose", "Parents in Ostfeld support", "negation"),
        ("91 schools", "19 schools", "number"),
        ("improved after", "improved before", "negation"),
        ("did not rule out", "did rule out", "negation"),
        ("complaints declined", "complaints increased", "negation"),
        ("on Thursday", "on Tuesday", "date"),
        ("in 2024", "in 2022", "date"),
    ),
    pair(
        "takeover",
        """
Grocer Pennymart bought the bakery chain Crustwell for £310 million, the companies said on Friday.
Pennymart plans to close 25 shops, according to a memo seen by the Daily Ledger.
Crustwell's profit rose 8% last quarter. Its founder, Edith Moran, will remain as chair.
"Nobody will lose their job this year," Moran wrote to staff.
Regulators have not objected to the deal.
""",
        """
Pennymart has bought the bakery chain Crustwell.
In short: Pennymart bought Crustwell for £310 million and plans to close shops.
The companies said on Friday that Pennymart bought Crustwell for £310 million. Pennymart plans to close 25 shops, according to a memo seen by the Daily Ledger.
Crustwell's profit rose 8% last quarter. Its founder, Edith Moran, will remain as chair. “Nobody will lose their job this year,” Moran wrote to staff.
Regulators have not objected to the deal. Think of it as a big fish asking the pond keeper before a meal.
Source: Market Morning
""",
        ("Crustwell for £310 million. Pennymart", "Crustwell for £130 million. Pennymart", "number"),
        ("Friday that Pennymart bought Crustwell", "Friday that Crustwell bought Pennymart", "negation"),
        ("Pennymart plans to close 25 shops", "Pennymart closed 25 shops", "hedge"),
        ("the Daily Ledger", "the Evening Ledger", "name"),
        ("profit rose", "profit fell", "negation"),
        ("rose 8%", "rose 18%", "number"),
        ("Edith Moran", "Edith Doyle", "name"),
        ("lose their job", "lose their pay", "quote"),
        ("have not objected", "have objected", "negation"),
        ("last quarter", "last year", "date"),
    ),
    pair(
        "storm",
        """
Storm Gerda killed four people in Halden County on Sunday, the governor's office said.
Winds reached 140 kilometres per hour. More than 52,000 homes lost power, utility Northgrid reported.
Governor Lena Ostrow said the damage was worse than in 2019. "We will rebuild every roof," Ostrow said.
Meteorologist Ravi Sen said a second storm could arrive on Wednesday.
The dam at Kelso was not damaged. Water levels dropped overnight.
""",
        """
Storm Gerda killed four people in Halden County.
In short: Four people were killed by Storm Gerda, and more than 52,000 homes lost power.
The governor's office said Storm Gerda killed four people in Halden County on Sunday. Winds reached 140 kilometres per hour. Northgrid reported that more than 52,000 homes lost power.
Governor Lena Ostrow said the damage was worse than in 2019. “We will rebuild every roof,” Ostrow said. Ravi Sen, a meteorologist, said a second storm could arrive on Wednesday.
The dam at Kelso was not damaged. Water levels dropped overnight, like a bath after the plug is pulled.
Source: Halden Echo
""",
        ("Gerda killed four people in Halden County on", "Gerda killed six people in Halden County on", "number"),
        ("140 kilometres", "410 kilometres", "number"),
        ("Northgrid reported", "Southgrid reported", "name"),
        ("than in 2019", "than in 2018", "date"),
        ("every roof", "every house", "quote"),
        ("roof,” Ostrow said", "roof,” Sen said", "attribution"),
        ("could arrive", "will arrive", "hedge"),
        ("was not damaged", "was damaged", "negation"),
        ("levels dropped", "levels rose", "negation"),
        ("on Sunday", "on Saturday", "date"),
        ("Ravi Sen, a meteorologist, said", "Lena Ostrow said", "attribution"),
    ),
)
