"""The topics of a newsroom that names none of its own: those of a directory of AI tools, with the words of each."""

from __future__ import annotations

from pipeline.newsvalue.topics import GENERAL, Topic

_WORDS = {
    "Audio & Video Production": "video, footage, film, movie, podcast, music, song, soundtrack, audio, streaming, "
    "animation, video editor, text-to-video, subtitles, dubbing, recording studio, mixing, YouTube, TikTok, Spotify, "
    "Netflix, Sora, Suno, Runway, Descript, Veo, DaVinci, Premiere, trailer, musician, singer, album, orchestra, "
    "concert, remix*, drums, vocals, film director, filmmaker, film-maker, cinema, producer, movie studio, radio "
    "play",
    "Software Development": "developer*, programmer*, coding, source code, codebase, open source, open-source, "
    "GitHub, GitLab, pull request, compiler, debugg*, software engineer*, programming, API, SDK, IDE, Python, "
    "JavaScript, TypeScript, Rust, Java, Copilot, Cursor, Claude Code, Codex, Linux, Kubernetes, bug, patch, "
    "framework, app store, software update, vulnerabilit*, malware, keyboard app, coder, maintainer, merge request, "
    "repository, web server, code review, COBOL, back door, backdoor, refactor*, legacy code, npm, Git, DevOps, web "
    "app, game engine, test suite, failing test, unit test, app developer",
    "Automation & Workflow": "automat*, workflow, robotic process, RPA, no-code, low-code, Zapier, n8n, scheduler, "
    "AI agent, agentic, orchestrat*, robot, robotics, self-driving, driverless, autonomous, without code, drag and "
    "drop, drag-and-drop, robot arm, fill in forms, fills in forms, software agent, AI agents, by "
    "itself, repetitive task",
    "Writing & Content Creation": "writer, author, novel, essay, copywriting, ghostwrit*, blog, blogging, "
    "newsletter, journalis*, newsroom, editor, publisher, publishing, ebook, manuscript, screenplay, ChatGPT, "
    "Grammarly, Jasper, translation, plagiaris*, copyright, writing, magazine, newspaper, columnist, novelist, poet, "
    "poem, prose, translator, leaflet, grammar, spelling, sentences, drafts, draft, reporter, press release",
    "Marketing & Growth": "marketing, marketer, advertis*, advert, ad campaign, SEO, brand, branding, influencer, "
    "social media, growth hacking, campaign, audience, click-through, HubSpot, Mailchimp, sponsor*, banner ad, ads, "
    "ad agency, ad agencies, clicks, search engine, subject line, open rate, followers, content creator, promotion, "
    "mailing list, email marketing, public relations",
    "AI Infrastructure & MLOps": "GPU, TPU, chip, chipmaker, semiconductor, data center, data centre, datacenter, "
    "Nvidia, AMD, TSMC, CUDA, inference, training run, model weights, large language model, language model, LLM, "
    "foundation model, fine-tun*, AI model, MLOps, machine learning, neural network, supercomputer, cloud computing, "
    "AWS, Azure, OpenAI, Anthropic, DeepMind, Hugging Face, algorithm, benchmark, graphics card, accelerator, "
    "processor, weights, foundry, parameters, training data, open model, quantis*, quantiz*, cloud firm, cloud "
    "provider, server farm, AI lab, AI start-up, compute",
    "Design & Creative": "designer, graphic design, typeface, font, illustrat*, artist, artwork, logo, user "
    "interface, UX, prototype, Figma, Canva, Adobe, Midjourney, architect, fashion, sculpture, painting, gallery, "
    "mural, decorator, interior, layout, type foundry, glyph, alphabet, sketch*, painter, museum, furniture, "
    "furnish*, poster, mock-up, drawing, colours, craftspeople",
    "Data & Analytics": "analytics, dataset, data set, database, spreadsheet, dashboard, statistics, data science, "
    "data scientist, survey, forecast, SQL, Excel, Snowflake, Databricks, Tableau, Power BI, big data, business "
    "intelligence, census, data breach, personal data, query, queries, chart, analyst, statistical, statistician, "
    "sensor, predicts, prediction, data, indicator, records, mathematical model",
    "Photography & Imaging": "photo, photograph*, camera, lens, imaging, image generat*, picture, portrait, selfie, "
    "satellite image, Photoshop, Lightroom, Instagram, Nikon, Canon, Leica, deepfake, facial recognition, X-ray, "
    "MRI, snap, mammogram, radiolog*, image, pictures, scan, scanner, microscope, telescope, photo editing, film "
    "camera",
    "Voice & Speech": "voice, speech, text-to-speech, speech recognition, transcri*, dictation, voice assistant, "
    "voice cloning, Siri, Alexa, ElevenLabs, Whisper, accent, spoken, phone call, microphone, listens, speaking, "
    "speaks, dub, dubs, dubbed, dubbing, caller, recorder, talking, hearing aid, pronunciation, speaker",
    "Customer Support": "customer support, customer service, help desk, helpdesk, chatbot, call centre, call center, "
    "contact center, complaint, refund, Zendesk, Intercom, support ticket, customer, hotline, help page, bot, "
    "service desk, ticket, queue, unhappy customer, angry mail, angry customer, live chat",
    "Sales & Outreach": "sales, salesperson, salespeople, CRM, Salesforce, cold call, cold email, lead generation, "
    "outreach, prospect, pipeline review, retailer, e-commerce, online shop, checkout, discount, shop, seller, "
    "buyer, merchant, haggl*, sale, sales rep, reps, shopping cart, marketplace, shopper",
    "Education & Learning": "school, student, teacher, pupil, university, college, classroom, lesson, homework, "
    "exam, curriculum, education, learning app, tutor*, Duolingo, Khan Academy, Coursera, degree, campus, "
    "kindergarten, course, learner, teaching, professor, apprentice, maths, teenager, language app, textbook, "
    "training course, lecture",
    "Operations & Admin": "human resources, HR, payroll, recruit*, hiring, layoff, accounting, bookkeeping, invoice, "
    "logistics, supply chain, warehouse, procurement, compliance, calendar, meeting notes, admin, tax return, back "
    "office, SAP, Notion, workplace, wages, applicant, CV, receipts, expenses, meeting, clerk, time sheet, "
    "timesheet, paperwork, customs, freight, forwarder, job interview, minutes of, staffing, applications",
}
WORDS = {name: tuple(word.strip() for word in words.split(",")) for name, words in _WORDS.items()}
USUAL = (*(Topic(name, words) for name, words in WORDS.items()), Topic(GENERAL))
