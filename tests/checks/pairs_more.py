"""More of the half the rules were made with, freely retold as real drafts are."""

from __future__ import annotations

from .pair import pair

MORE = (
    pair(
        "lawsuit",
        """
Three Oregon newspapers sued the software company Quillmark on Monday, saying it copied 410,000 of their articles to train its writing assistant.
The complaint, filed in federal court in Portland, asks for $96 million in damages.
Quillmark did not obtain a license and ignored two letters from the publishers, according to the complaint.
"They took our work and sold it back to our own readers," said Marian Oakes, editor of the Salem Courier.
A Quillmark spokesperson, Dev Patel, said the company believes its use of public web pages is fair.
Patel declined to say how many articles were used. A hearing could take place in February, lawyers for both sides said.
In a similar case last year, a judge in Ohio ruled against the chatbot maker Verbena, which has appealed.
""",
        """
Three newspapers in Oregon are suing Quillmark over articles that, they say, it copied.
In short: Three Oregon newspapers say a software company copied 410,000 of their articles without asking, and they want money for it.
Three Oregon newspapers went to court on Monday against Quillmark. They say the company copied 410,000 of their stories to train its writing assistant, a program that helps people write. The complaint, meaning the paper that starts a case, was filed in federal court in Portland and asks for $96 million.
According to the complaint, Quillmark did not get a license, which is a permission to use somebody's work. It also ignored two letters from the publishers, the papers say. “They took our work and sold it back to our own readers,” said Marian Oakes, who edits the Salem Courier. It is like copying a cook's recipes and opening a restaurant next door.
Dev Patel, a spokesperson for Quillmark, said the company believes its use of public web pages is fair. He declined to say how many articles were used. A hearing could take place in February, according to lawyers on both sides.
Last year a judge in Ohio ruled against Verbena, a chatbot maker, in a similar case. Verbena has appealed, which means asking a higher court to look again.
This story is a reminder that words on the web still belong to somebody.
Source: Cascade Business Journal
""",
        ("copied 410,000 of their stories", "copied 140,000 of their stories", "number"),
        ("asks for $96 million", "asks for $69 million", "number"),
        ("did not get a license", "did get a license", "negation"),
        ("ignored two letters", "answered two letters", "negation"),
        ("said Marian Oakes, who edits", "said Dev Patel, who edits", "attribution"),
        ("back to our own readers", "back to our own writers", "quote"),
        ("hearing could take place", "hearing will take place", "hedge"),
        ("in February", "in April", "date"),
        ("ruled against Verbena", "ruled for Verbena", "negation"),
        ("a judge in Ohio", "a judge in Iowa", "name"),
        ("He declined to say", "He said", "negation"),
        ("court on Monday against", "court on Thursday against", "date"),
    ),
    pair(
        "breach",
        """
Hackers stole the names and addresses of 2.3 million customers of the phone company Telora, the firm said on Friday.
No passwords or bank details were taken, Telora said. The thieves got in through a contractor's account that had no second login step.
Security researcher Amira Haddad found the data for sale on a forum on 3 November and warned the company the same day.
"It took them eleven days to close the door," Haddad told the Lisbon Ledger.
Telora's chief technology officer, Rui Tavares, disputed that and said the account was blocked within two days.
The data protection regulator may fine the company up to 4% of its yearly revenue.
Telora will offer affected customers a free year of identity monitoring. The contractor, Bricklane, has not commented.
""",
        """
The phone company Telora says hackers stole the addresses of 2.3 million customers.
In short: Thieves got names and addresses of 2.3 million Telora customers, but no passwords, the company says.
Hackers took the names and addresses of 2.3 million customers, the phone company Telora said on Friday. It said that no passwords or bank details were taken. They came in through the account of a contractor, a firm hired for some work. That account had no second login step, which is a further check after the password, like a second lock on a door.
Amira Haddad, a security researcher, found the data for sale on a forum on 3 November. She warned Telora the same day. “It took them eleven days to close the door,” Haddad told the Lisbon Ledger. Rui Tavares, Telora's chief technology officer, disputed this and said the account was blocked within two days.
The regulator for data protection may fine Telora up to 4% of its yearly revenue, the money it takes in. Customers who were hit will get a free year of identity monitoring, a service that warns you when somebody uses your name. Bricklane, the contractor, has not commented.
This story is a reminder that a helper's key opens the house as well as your own.
Source: Atlantic Wire
""",
        ("addresses of 2.3 million customers, the", "addresses of 3.2 million customers, the", "number"),
        ("that no passwords or bank details were", "that passwords and bank details were", "negation"),
        ("on 3 November", "on 13 November", "date"),
        ("Haddad told the Lisbon Ledger", "Tavares told the Lisbon Ledger", "attribution"),
        ("eleven days to close", "seven days to close", "quote"),
        ("blocked within two days", "blocked within nine days", "number"),
        ("may fine Telora", "will fine Telora", "hedge"),
        ("up to 4% of", "up to 14% of", "number"),
        ("has not commented", "has commented", "negation"),
        ("Bricklane, the contractor", "Brickworth, the contractor", "name"),
        ("a free year of", "a free month of", "number"),
        ("Rui Tavares, Telora's", "Ana Tavares, Telora's", "name"),
    ),
    pair(
        "funding",
        """
The Nairobi start-up Shamba Sense has raised $18 million to bring its soil sensors to 60,000 small farms by 2028.
The round was led by Acacia Ventures, with money from the state-owned Rift Bank, the companies announced on Wednesday.
Shamba Sense plans to open an office in Kampala next year and hire about 45 engineers.
Founder Wanjiru Maina said farmers who tested the sensors used 30% less water.
An independent review by Egerton University found a saving of 22% and no effect on harvests.
"The water figure is real, the harvest figure is not there yet," said Peter Otieno, who led the review.
A rival, GreenPulse, shut down in June after failing to pay its suppliers.
""",
        """
Shamba Sense, a start-up in Nairobi, has raised $18 million for its soil sensors.
In short: A Kenyan start-up got $18 million to bring its soil sensors to 60,000 small farms by 2028.
The Nairobi start-up, meaning a young company, has collected $18 million. With it, it wants to bring soil sensors, small tools that measure how wet the ground is, to 60,000 small farms by 2028. Acacia Ventures led the round and the state-owned Rift Bank gave money too, the companies announced on Wednesday.
Next year Shamba Sense plans to open an office in Kampala and to hire about 45 engineers. Its founder, Wanjiru Maina, said farmers who tried the sensors used 30% less water. It is a bit like a thirsty plant raising its hand.
Egerton University looked at this independently. It found that 22% was saved, and that harvests did not change. “The water figure is real, the harvest figure is not there yet,” said Peter Otieno, who led the review.
GreenPulse, a rival, shut down in June after it failed to pay its suppliers.
This story is a reminder that a promise is worth more when somebody else has checked it.
Source: East Africa Markets
""",
        ("has collected $18 million", "has collected $80 million", "number"),
        ("to 60,000 small farms by 2028. Acacia", "to 60,000 small farms by 2026. Acacia", "date"),
        ("plans to open an office in Kampala and", "has opened an office in Kampala and", "hedge"),
        ("an office in Kampala", "an office in Kigali", "name"),
        ("used 30% less water", "used 30% more water", "negation"),
        ("Wanjiru Maina, said", "Peter Otieno, said", "attribution"),
        ("that 22% was saved", "that 30% was saved", "number"),
        ("harvests did not change", "harvests did change", "negation"),
        ("harvest figure is not there yet", "harvest figure is already there", "quote"),
        ("shut down in June", "shut down in July", "date"),
        ("Acacia Ventures led", "Rift Ventures led", "name"),
        ("it failed to pay its", "it managed to pay its", "negation"),
    ),
    pair(
        "chip",
        """
Taiwanese chipmaker Formosa Micro will delay its factory in Dresden by 14 months, to the autumn of 2029, it said on Tuesday.
The company blamed rising building costs, which have grown from 9 billion to 11.5 billion euros.
Germany had promised 4 billion euros in aid. Economy minister Jonas Weber said the aid would not be raised.
"A contract is a contract," Weber told parliament.
Analysts at Holm Research said demand for car chips fell faster than expected this year.
About 1,900 workers were to be employed at the site; Formosa Micro said it would keep the 230 it has already hired.
The state of Saxony hopes the delay will not scare away suppliers.
""",
        """
The chipmaker Formosa Micro is putting off its factory in Dresden until the autumn of 2029.
In short: A big chip factory in Dresden will come 14 months later, because building has become dearer, says its owner.
Formosa Micro, a chipmaker from Taiwan, said on Tuesday that its factory in Dresden would come 14 months later. It should now open in the autumn of 2029. Chips are the small parts that do the thinking in machines. The company blamed the costs of building, which rose from 9 billion to 11.5 billion euros.
Germany had promised 4 billion euros in aid, which is money from the state. Jonas Weber, the economy minister, said that there would not be more. “A contract is a contract,” Weber told parliament.
The demand for car chips dropped faster than expected this year, according to analysts at Holm Research. Around 1,900 people were to work at the site. Formosa Micro said it would keep the 230 people it has hired so far. The state of Saxony hopes that suppliers, the firms that sell it parts, are not scared away (like shops that leave a street when the market does not come).
This story is a reminder that big plans follow the prices of the day.
Source: Elbe Zeitung
""",
        ("come 14 months later. It", "come 40 months later. It", "number"),
        ("autumn of 2029. Chips", "autumn of 2027. Chips", "date"),
        ("rose from 9 billion to 11.5 billion", "fell from 11.5 billion to 9 billion", "negation"),
        ("promised 4 billion euros in aid", "promised 14 billion euros in aid", "number"),
        ("there would not be more", "there would be more", "negation"),
        ("Weber told parliament", "Holm told parliament", "attribution"),
        ("A contract is a contract,", "A promise is a promise,", "quote"),
        ("dropped faster than expected", "grew faster than expected", "negation"),
        ("Around 1,900 people", "Around 1,600 people", "number"),
        ("the 230 people it has hired", "the 320 people it has hired", "number"),
        ("The state of Saxony hopes", "The state of Bavaria hopes", "name"),
        ("in Dresden would come", "in Leipzig would come", "name"),
    ),
    pair(
        "research",
        """
A computer model can predict some earthquakes' aftershocks twice as well as older methods, according to a study published on Thursday in the journal Earth Signals.
The team at the University of Lima trained the model on 131,000 quakes recorded since 1995.
It does not predict when a first earthquake will strike, lead author Teresa Quispe stressed.
"Anyone who promises you that is selling something," Quispe said.
The model was wrong in about one case in five, mostly after very deep quakes.
Seismologist Kenji Mori of Kyoto University, who was not involved in the work, called the results careful and useful.
The authors hope that Peru's disaster office will test the model next spring.
""",
        """
A new computer model is better at telling which aftershocks follow an earthquake.
In short: Scientists in Lima built a program that predicts some aftershocks twice as well as older methods, their study says.
A computer model, which is a program that has learned from many examples, predicts some aftershocks twice as well as older methods. That is what a study says that came out on Thursday in the journal Earth Signals. Aftershocks are the smaller quakes that follow a big one, like the ripples after a stone falls into a pond.
The team at the University of Lima trained it on 131,000 quakes recorded since 1995. Teresa Quispe, the lead author, stressed that it does not predict when a first earthquake will strike. “Anyone who promises you that is selling something,” Quispe said.
In about one case in five the model was wrong, mostly after very deep quakes. Kenji Mori, a seismologist (a scientist who studies earthquakes) at Kyoto University, called the results careful and useful. He was not involved in the work. The authors hope that the disaster office of Peru will test the model next spring.
This story is a reminder that knowing what comes next is easier than knowing when it begins.
Source: Andes Science Weekly
""",
        ("predicts some aftershocks twice as well", "predicts some aftershocks ten times as well", "number"),
        ("trained it on 131,000 quakes", "trained it on 113,000 quakes", "number"),
        ("recorded since 1995", "recorded since 1975", "date"),
        ("it does not predict when", "it does predict when", "negation"),
        ("something,” Quispe said", "something,” Mori said", "attribution"),
        ("is selling something", "is hiding something", "quote"),
        ("mostly after very deep quakes", "mostly before very deep quakes", "negation"),
        ("Kenji Mori, a seismologist", "Kenji Mora, a seismologist", "name"),
        ("He was not involved", "He was involved", "negation"),
        ("hope that the disaster office of Peru will test", "said the disaster office of Peru tested", "hedge"),
        ("the disaster office of Peru", "the disaster office of Chile", "name"),
        ("out on Thursday in", "out on Monday in", "date"),
    ),
    pair(
        "layoffs",
        """
Game studio Lantern Forge is laying off 320 people, about 18% of its staff, chief executive Sofia Lindgren wrote to employees on Tuesday.
The cuts will mostly hit the Montreal office. No projects are being cancelled, Lindgren wrote.
The studio's last game, Emberfall, sold 2 million copies, half as many as planned.
Two workers, who asked not to be named, said they learned of the cuts from a news site before the email arrived.
The union Game Workers United accused the studio of breaking a promise made in March.
Lantern Forge denied that, saying the promise covered only its Swedish staff.
Lindgren will give up her bonus this year. The board has not discussed a sale of the company, she wrote.
""",
        """
The game studio Lantern Forge is dismissing 320 people.
In short: Lantern Forge, a maker of video games, lets 320 people go after its last game sold half as well as planned.
Lantern Forge is laying off 320 people, or about 18% of its staff, its chief executive Sofia Lindgren wrote to employees on Tuesday. Laying off means ending many jobs at once. Most of the cuts will be felt in the Montreal office. Lindgren wrote that no projects are being cancelled.
Emberfall, the studio's last game, sold 2 million copies, which is half of what was planned. Two workers said they heard of the cuts from a news site before the email came; they asked not to be named. It was like reading your school marks in the newspaper.
Game Workers United, a union, which is a group that speaks for workers, accused the studio of breaking a promise from March. Lantern Forge denied that and said the promise covered only its staff in Sweden. Lindgren will go without her bonus this year, and she wrote that the board has not discussed selling the company.
This story is a reminder that people want to hear hard news from those who decide it.
Source: Pixel Courier
""",
        ("laying off 320 people, or", "laying off 230 people, or", "number"),
        ("about 18% of its staff", "about 80% of its staff", "number"),
        ("felt in the Montreal office", "felt in the Toronto office", "name"),
        ("that no projects are being cancelled", "that projects are being cancelled", "negation"),
        ("sold 2 million copies", "sold 12 million copies", "number"),
        ("before the email came", "after the email came", "negation"),
        ("accused the studio of breaking", "thanked the studio for keeping", "unsupported"),
        ("Lantern Forge denied that", "Lantern Forge admitted that", "negation"),
        ("has not discussed selling", "has discussed selling", "negation"),
        ("employees on Tuesday", "employees on Friday", "date"),
        ("promise from March", "promise from May", "date"),
        ("chief executive Sofia Lindgren", "chief executive Sofia Lundqvist", "name"),
    ),
    pair(
        "policy",
        """
The Danish parliament voted on Thursday by 92 to 61 to require labels on pictures made with artificial intelligence.
The law takes effect on 1 July 2027 and applies to publishers and advertisers, but not to private persons.
Those who break it can be fined up to 500,000 kroner.
Digital minister Freja Holm called the law "a nutrition label for pictures".
The opposition party Frisind voted against, arguing that the labels can be removed within seconds.
The European Commission is examining whether the law is compatible with its own rules; a decision is expected in January.
The trade group Danish Media welcomed the law but asked for more time.
""",
        """
Denmark will require labels on pictures made with artificial intelligence.
In short: Danish publishers and advertisers must label pictures made by AI from July 2027, parliament has decided.
On Thursday, the Danish parliament voted by 92 to 61 for labels on pictures made with artificial intelligence, which is software that does tasks that usually need a human mind. The law takes effect on 1 July 2027. It is for publishers and advertisers, but not for private persons. Whoever breaks it can be fined up to 500,000 kroner.
Freja Holm, the digital minister, called the law “a nutrition label for pictures”. Think of the list on a cereal box that says what is inside. Frisind, an opposition party, voted against it, arguing that the labels can be removed within seconds.
The European Commission is examining whether the law fits its own rules, and a decision is expected in January. Danish Media, a trade group (a club of companies in one business), welcomed the law but asked for more time.
This story is a reminder that a rule helps only if it is hard to get around.
Source: Øresund Tidende
""",
        ("voted by 92 to 61 for", "voted by 61 to 92 for", "number"),
        ("on 1 July 2027. It", "on 1 July 2026. It", "date"),
        ("but not for private persons", "and also for private persons", "negation"),
        ("up to 500,000 kroner", "up to 50,000 kroner", "number"),
        ("label for pictures”", "label for photos”", "quote"),
        ("voted against it", "voted for it", "negation"),
        ("Freja Holm, the digital minister", "Freja Holt, the digital minister", "name"),
        ("is expected in January", "will come in January", "hedge"),
        ("expected in January", "expected in June", "date"),
        ("welcomed the law but", "opposed the law but", "negation"),
        ("On Thursday, the Danish", "On Tuesday, the Danish", "date"),
        ("The European Commission is", "The Norwegian Commission is", "name"),
    ),
    pair(
        "outage",
        """
A faulty update knocked out the payment network CardLoop for five hours on Saturday, leaving shops in four countries unable to take cards.
CardLoop said about 8.7 million payments failed. No money was lost, it said.
The update contained a wrong date for the renewal of a security certificate, engineers wrote in a report on Monday.
"We tested everything except the calendar," chief engineer Lars Brandt wrote.
The central bank of Norway has asked for an explanation by 30 November.
Supermarket chain Kolonial estimated its losses at 3 million kroner and is considering legal action.
CardLoop's larger rival, Paynest, was not affected, although it reported a 40% rise in traffic.
""",
        """
The payment network CardLoop stopped working for five hours on Saturday.
In short: A bad update broke CardLoop for five hours, and shops in four countries could not take cards.
CardLoop, a payment network (the pipes through which card payments flow), was down for five hours on Saturday after a faulty update. Shops in four countries could not take cards. According to CardLoop, about 8.7 million payments failed, but no money was lost.
The update had a wrong date for renewing a security certificate, a kind of digital passport, engineers wrote in a report on Monday. “We tested everything except the calendar,” wrote Lars Brandt, the chief engineer. It was like being locked out because the key had a birthday.
Norway's central bank has asked for an explanation by 30 November. Kolonial, a chain of supermarkets, put its losses at an estimated 3 million kroner and is considering legal action. Paynest, a larger rival, was not hit, but it reported that traffic rose by 40%.
This story is a reminder that small details can stop big machines.
Source: Fjord Finance
""",
        ("down for five hours on Saturday", "down for nine hours on Saturday", "number"),
        ("about 8.7 million payments", "about 7.8 million payments", "number"),
        ("but no money was lost", "and money was lost", "negation"),
        ("a wrong date for renewing", "a wrong name for renewing", "unsupported"),
        ("except the calendar,", "including the calendar,", "quote"),
        ("wrote Lars Brandt, the chief engineer", "wrote Lars Brenner, the chief engineer", "name"),
        ("by 30 November", "by 13 November", "date"),
        ("is considering legal action", "has taken legal action", "hedge"),
        ("was not hit", "was hit", "negation"),
        ("traffic rose by 40%", "traffic fell by 40%", "negation"),
        ("Norway's central bank", "Sweden's central bank", "name"),
        ("an estimated 3 million kroner", "an estimated 3 billion kroner", "number"),
    ),
    pair(
        "health",
        """
An eye scan read by software found early diabetes damage in 9 of 10 patients who had it, doctors in Chennai reported on Wednesday.
The trial covered 4,200 patients at 11 clinics. Nurses, not doctors, took the pictures.
The software also raised a false alarm for 7% of healthy patients.
"It does not replace us; it tells us whom to see first," said ophthalmologist Lakshmi Rao.
The maker, Netra Health, paid for the trial but had no part in the analysis, the authors said.
India's drug regulator has not yet approved the software. Netra Health expects a decision by March.
A scan costs 150 rupees, compared with 900 rupees for a visit to a specialist.
""",
        """
Software that reads eye scans found nine in ten cases of early diabetes damage in a trial.
In short: A program that looks at pictures of the eye found most early diabetes damage in a trial in Chennai, doctors say.
Doctors in Chennai reported on Wednesday that software found early damage from diabetes, an illness in which the blood holds too much sugar, in 9 of 10 patients who had it. The trial covered 4,200 patients in 11 clinics. The pictures were taken by nurses, not by doctors. For 7% of the healthy patients the software raised a false alarm.
“It does not replace us; it tells us whom to see first,” said Lakshmi Rao, an ophthalmologist, which is a doctor for eyes. Think of a sieve that keeps the big stones back.
Netra Health makes the software. It paid for the trial but had no part in the analysis, according to the authors. The drug regulator of India has not approved the software yet, and Netra Health expects a decision by March. A scan costs 150 rupees; a visit to a specialist costs 900 rupees.
This story is a reminder that a good helper frees experts for those who need them most.
Source: Coromandel Health News
""",
        ("in 9 of 10 patients who", "in 6 of 10 patients who", "number"),
        ("covered 4,200 patients in 11 clinics", "covered 2,400 patients in 11 clinics", "number"),
        ("by nurses, not by doctors", "by doctors, not by nurses", "negation"),
        ("For 7% of the healthy", "For 17% of the healthy", "number"),
        ("It does not replace us;", "It will soon replace us;", "quote"),
        ("had no part in the analysis", "had a part in the analysis", "negation"),
        ("has not approved the software", "has approved the software", "negation"),
        ("expects a decision by March", "expects a decision by May", "date"),
        (
            "costs 150 rupees; a visit to a specialist costs 900",
            "costs 900 rupees; a visit to a specialist costs 150",
            "number",
        ),
        ("said Lakshmi Rao, an", "said Lakshmi Roy, an", "name"),
        ("according to the authors", "according to the regulator", "attribution"),
        ("Netra Health expects a decision by March", "Netra Health has a decision from March", "hedge"),
    ),
    pair(
        "robotaxi",
        """
Robotaxi company Wayline must stop driving at night in Phoenix after one of its cars hit a cyclist on Sunday, the city said.
The cyclist, a 34-year-old woman, broke an arm. Wayline said its car had a green light and was driving at 28 miles an hour.
Police have not said who was at fault. Two witnesses told police the cyclist had no lights.
Mayor Elena Cruz said the ban would last until the federal safety agency finishes its review, which may take six weeks.
"Nobody voted to be a test subject," Cruz said.
Wayline said it would respect the order but called it unnecessary. Its cars have driven 5 million miles in Phoenix since 2024.
Rival Driftless suspended its own night rides voluntarily on Monday.
""",
        """
Phoenix has ordered the robotaxi company Wayline to stop driving at night.
In short: After one of its self-driving cars hit a cyclist, Wayline may not drive in Phoenix at night for now.
Wayline runs robotaxis, which are taxis without a driver. The city of Phoenix said the company must stop its night rides after one of its cars hit a cyclist on Sunday. The cyclist, a woman of 34, broke an arm. According to Wayline, the car had a green light and was going 28 miles an hour.
Police have not said whose fault it was. Two witnesses told them that the cyclist had no lights. Mayor Elena Cruz said the ban would last until the federal safety agency, the government office that watches over traffic, finishes its review. That may take six weeks. “Nobody voted to be a test subject,” Cruz said.
Wayline said that it would obey the order, but called it unnecessary. Since 2024, its cars have driven 5 million miles in Phoenix. On Monday a rival, Driftless, stopped its night rides voluntarily, like a neighbour who turns the music down before being asked.
This story is a reminder that new machines have to earn trust on the street.
Source: Sonoran Times
""",
        ("stop its night rides after one", "stop its day rides after one", "unsupported"),
        ("a woman of 34", "a woman of 43", "number"),
        ("going 28 miles an hour", "going 38 miles an hour", "number"),
        ("Police have not said", "Police have said", "negation"),
        ("the cyclist had no lights", "the cyclist had lights", "negation"),
        ("Mayor Elena Cruz said the ban", "Mayor Elena Cortez said the ban", "name"),
        ("That may take six weeks", "That will take six weeks", "hedge"),
        ("may take six weeks", "may take ten weeks", "number"),
        ("subject,” Cruz said", "subject,” Wayline said", "attribution"),
        ("called it unnecessary", "called it necessary", "negation"),
        ("driven 5 million miles", "driven 5 billion miles", "number"),
        ("its night rides voluntarily", "its night rides unwillingly", "unsupported"),
        ("a cyclist on Sunday. The", "a cyclist on Tuesday. The", "date"),
    ),
    pair(
        "takeover2",
        """
Software group Halberd agreed to buy the map maker Terrano for $2.1 billion in cash, the two companies said late on Monday.
Halberd will pay $34 a share, 27% above Terrano's closing price on Friday.
Terrano's founder and largest shareholder, Miguel Sato, supports the deal and will leave after one year.
Halberd chief executive Priya Nair said the company did not plan to close Terrano's free map service.
"Free maps are why people love Terrano," Nair told analysts.
Regulators in Brussels are likely to look at the deal closely, said lawyer Anna Kuhn, who advises neither company.
In 2023 Terrano rejected an offer of $1.6 billion from Compass One. Halberd's shares fell 3% after the announcement.
""",
        """
Halberd is buying the map maker Terrano for $2.1 billion.
In short: The software group Halberd will buy Terrano, a maker of maps, for $2.1 billion in cash.
Halberd, a software group, and Terrano, a maker of maps, said late on Monday that they have a deal. Halberd agreed to buy Terrano for $2.1 billion in cash. It will pay $34 for each share, a small part of the company, which is 27% above the closing price on Friday.
Miguel Sato, who founded Terrano and owns the most shares, supports the deal and will leave after one year. Halberd's chief executive, Priya Nair, said there was no plan to close the free map service. “Free maps are why people love Terrano,” Nair told analysts. It is like buying a bakery and promising to keep the free samples.
Regulators in Brussels are likely to look at it closely, according to Anna Kuhn, a lawyer who advises neither of the two. In 2023, Terrano rejected an offer of $1.6 billion from Compass One. The shares of Halberd fell 3% after the news.
This story is a reminder that what is free to you is worth money to somebody.
Source: Capital Dispatch
""",
        ("Terrano for $2.1 billion in cash. It", "Terrano for $1.2 billion in cash. It", "number"),
        ("Halberd agreed to buy Terrano", "Terrano agreed to buy Halberd", "negation"),
        ("27% above the closing", "27% below the closing", "negation"),
        ("Miguel Sato, who founded", "Miguel Santos, who founded", "name"),
        ("supports the deal and will leave", "opposes the deal and will leave", "negation"),
        ("there was no plan to close", "there was a plan to close", "negation"),
        ("Nair told analysts", "Sato told analysts", "attribution"),
        ("why people love Terrano", "why people trust Terrano", "quote"),
        ("are likely to look", "have decided to look", "hedge"),
        ("advises neither of the two", "advises both of the two", "negation"),
        ("rejected an offer of $1.6 billion", "accepted an offer of $1.6 billion", "negation"),
        ("fell 3% after", "rose 3% after", "negation"),
        ("late on Monday that", "late on Friday that", "date"),
    ),
    pair(
        "deepfake",
        """
A fake video of Senator Ruth Calloway was viewed 1.2 million times before the platform Chirrup removed it on Saturday, her office said.
In the clip, a cloned voice announces that she is leaving the race. Calloway is not leaving the race.
Chirrup said it took the video down 40 minutes after it was reported.
Researchers at the Veritas Lab believe the voice was made with a tool sold for $11 a month.
State police are investigating; they have not named a suspect.
Her opponent, Glenn Marsh, condemned the video and denied any part in it.
"I want to beat her fair and square," Marsh said at a rally in Dayton.
The maker of the tool, Voxely, said it bans the cloning of politicians and has closed one account.
""",
        """
A fake video of Senator Ruth Calloway spread widely before it was removed.
In short: A false video with the copied voice of a senator was seen 1.2 million times before it was taken down, her office says.
The office of Senator Ruth Calloway said a fake video of her was viewed 1.2 million times before Chirrup, a platform, removed it on Saturday. A cloned voice, meaning a copy made by a computer, says in it that she is leaving the race. She is not leaving the race. Chirrup said that it took the clip down 40 minutes after it was reported.
The voice was made with a tool that costs $11 a month, researchers at the Veritas Lab believe. Cloning a voice is like tracing a drawing through thin paper. The state police are investigating and have not named a suspect.
Glenn Marsh, who runs against Calloway, condemned the video and denied any part in it. “I want to beat her fair and square,” Marsh said in Dayton. Voxely, which makes the tool, said that it bans the cloning of politicians and has closed one account.
This story is a reminder that a voice is no longer proof of who is speaking.
Source: Ohio Valley Post
""",
        ("viewed 1.2 million times before", "viewed 2.1 million times before", "number"),
        ("She is not leaving the race", "She is leaving the race", "negation"),
        ("40 minutes after it was reported", "40 minutes before it was reported", "negation"),
        ("costs $11 a month, researchers at the Veritas Lab believe", "costs $11 a month", "hedge"),
        ("costs $11 a month", "costs $110 a month", "number"),
        ("have not named a suspect", "have named a suspect", "negation"),
        ("condemned the video and denied any part", "condemned the video and admitted a part", "negation"),
        ("square,” Marsh said", "square,” Calloway said", "attribution"),
        ("beat her fair and square", "beat her once and for all", "quote"),
        ("said in Dayton", "said in Denver", "name"),
        ("has closed one account", "has closed no account", "negation"),
        ("removed it on Saturday", "removed it on Sunday", "date"),
    ),
    pair(
        "energy",
        """
Data centres in Ireland used 21% of the country's electricity last year, up from 18% the year before, the statistics office said.
The grid operator EirLine warned in October that it could not connect new sites around Dublin before 2028.
Cloud company Nimbus now wants to build its own gas plant beside its centre in Athlone.
The environment group Clean Shannon plans to challenge the permit in court.
"They promised us wind and they are bringing us gas," said its director, Aoife Brennan.
Nimbus said the plant would run only when the grid cannot supply enough power.
Ireland's energy minister, Colm Daly, has not decided whether to support the plant.
Households used less electricity than a year earlier.
""",
        """
Data centres now use more than a fifth of Ireland's electricity.
In short: Buildings full of computers used 21% of Ireland's electricity last year, and one company wants its own power plant.
Data centres, meaning big buildings full of computers, used 21% of the electricity in Ireland last year, according to the statistics office. The year before it was 18%. In October the grid operator EirLine, the company that runs the power lines, warned that it could not connect new sites around Dublin before 2028. It is like a road that is full before the new houses are built.
The cloud company Nimbus now wants to build a gas plant of its own beside its centre in Athlone. Nimbus said the plant would run only when the grid cannot supply enough. Clean Shannon, an environment group, plans to challenge the permit in court. “They promised us wind and they are bringing us gas,” said its director, Aoife Brennan.
Colm Daly, the energy minister, has not decided whether he will support the plant. Households used less electricity than a year earlier.
This story is a reminder that the cloud stands on solid ground and needs a plug.
Source: Shannon Observer
""",
        ("used 21% of the electricity in Ireland", "used 12% of the electricity in Ireland", "number"),
        ("it was 18%", "it was 28%", "number"),
        ("could not connect new sites", "could connect new sites", "negation"),
        ("before 2028", "before 2026", "date"),
        ("In October the grid", "In August the grid", "date"),
        ("wants to build a gas plant", "has built a gas plant", "hedge"),
        ("plans to challenge the permit", "has challenged the permit", "hedge"),
        ("promised us wind and they are bringing us gas", "promised us sun and they are bringing us gas", "quote"),
        ("director, Aoife Brennan", "director, Aoife Brady", "name"),
        ("has not decided whether", "has decided that", "negation"),
        ("Households used less electricity", "Households used more electricity", "negation"),
        ("Nimbus said the plant", "Clean Shannon said the plant", "attribution"),
        ("centre in Athlone", "centre in Galway", "name"),
    ),
    pair(
        "opensource",
        """
The volunteers behind PixelTree, a free image library used by an estimated 70,000 programs, fixed a serious flaw on Thursday.
The flaw allowed attackers to run their own code by sending a specially made picture.
It had been in the code since 2017, maintainer Hugo Almeida said. There is no sign that anybody has used it, he said.
Student Mei Tanaka of Osaka discovered the flaw while writing a homework assignment.
"I thought I had broken my laptop," Tanaka told the project's blog.
Three companies that earn money with PixelTree gave the project nothing last year, Almeida said.
Linden, a software firm, promised $200,000 over two years after the flaw became known.
Users should update to version 4.6 or later.
""",
        """
Volunteers have fixed a serious flaw in PixelTree, a free library for pictures.
In short: A student found a dangerous mistake in free software that thousands of programs use, and volunteers fixed it.
On Thursday, volunteers fixed a serious flaw in PixelTree. It is a library, a ready-made part that programmers build into their own work, and an estimated 70,000 programs use it. With a specially made picture, attackers could run their own code. It is like a postcard that opens your front door.
The flaw had been there since 2017, said Hugo Almeida, a maintainer, which means one of the people who look after the code. He said there is no sign that anybody has used it. Mei Tanaka, a student from Osaka, discovered it while she was doing homework. “I thought I had broken my laptop,” Tanaka told the blog of the project.
Almeida said that three companies which earn money with PixelTree gave nothing last year. After the flaw became known, the software firm Linden promised $200,000 over two years. Users should update to version 4.6 or later.
This story is a reminder that much of the digital world rests on unpaid work.
Source: Kansai Tech Review
""",
        ("an estimated 70,000 programs", "an estimated 17,000 programs", "number"),
        ("there since 2017", "there since 2019", "date"),
        ("there is no sign that anybody", "there are signs that somebody", "negation"),
        ("student from Osaka", "student from Kyoto", "name"),
        ("broken my laptop", "broken my phone", "quote"),
        ("laptop,” Tanaka told", "laptop,” Almeida told", "attribution"),
        ("gave nothing last year", "gave money last year", "negation"),
        ("promised $200,000 over two years", "promised $20,000 over two years", "number"),
        ("over two years. Users", "over five years. Users", "number"),
        ("version 4.6 or later", "version 4.9 or later", "number"),
        ("After the flaw became known", "Before the flaw became known", "negation"),
        ("said Hugo Almeida, a maintainer", "said Hugo Oliveira, a maintainer", "name"),
        ("On Thursday, volunteers", "On Monday, volunteers", "date"),
    ),
    pair(
        "school2",
        """
Students who used a chatbot tutor scored 12 points higher in maths tests, but 9 points lower once it was taken away, a study of 1,050 pupils in Turkey found.
The study, led by economist Selin Arslan of Izmir University, was published on Monday and has not been reviewed by other scientists.
A second group used a version that gave hints instead of answers. Its pupils did not fall behind when the tutor was removed.
"A crutch makes you fast until it breaks," Arslan said.
Chatbot maker Lumi, whose program was tested, said it would add a hint mode next month.
The teachers' union Eğitim welcomed the study. The education ministry could issue guidelines in the spring, an official said.
""",
        """
A chatbot tutor helped pupils in maths only as long as they had it, a study finds.
In short: Pupils with a chatbot tutor did better in maths, but worse once it was gone, according to a study in Turkey.
A study of 1,050 pupils in Turkey looked at a chatbot tutor, a program that answers questions like a teacher would. Those who used it scored 12 points higher in maths tests. Once it was taken away, they scored 9 points lower.
Selin Arslan, an economist at Izmir University, led the study. It came out on Monday and has not been reviewed by other scientists, which means nobody else has checked it yet. A second group had a version that gave hints, not answers. Those pupils did not fall behind when the tutor was gone. “A crutch makes you fast until it breaks,” Arslan said.
Lumi, the maker of the chatbot, said it would add a mode for hints next month. The teachers' union Eğitim welcomed the study. An official said the education ministry could issue guidelines, or advice for schools, in the spring.
This story is a reminder that help that thinks for you can leave you thinking less.
Source: Aegean Daily
""",
        ("scored 12 points higher in maths", "scored 12 points lower in maths", "negation"),
        ("scored 9 points lower", "scored 19 points lower", "number"),
        ("A study of 1,050 pupils", "A study of 1,500 pupils", "number"),
        ("economist at Izmir University", "economist at Ankara University", "name"),
        ("has not been reviewed", "has been reviewed", "negation"),
        ("pupils did not fall behind", "pupils did fall behind", "negation"),
        ("fast until it breaks", "strong until it breaks", "quote"),
        ("breaks,” Arslan said", "breaks,” Lumi said", "attribution"),
        ("hints next month", "hints next year", "date"),
        ("could issue guidelines", "will issue guidelines", "hedge"),
        ("union Eğitim welcomed the study", "union Eğitim criticised the study", "negation"),
        ("came out on Monday", "came out on Wednesday", "date"),
        ("A second group had", "A third group had", "number"),
    ),
)
