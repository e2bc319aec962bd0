"""The topics of a newsroom that names none of its own: those of a directory of AI tools, with the words of each."""

from __future__ import annotations

from pipeline.newsvalue.topics import GENERAL, Topic

_WORDS = {
    "Audio & Video Production": "video, footage, film, movie, podcast, music, song, soundtrack, audio, streaming, "
    "animation, video editor, text-to-video, subtitles, dubbing, recording studio, mixing, YouTube, TikTok, Spotify, "
    "Netflix, Sora, Suno, Runway, Descript, Veo, DaVinci, Premiere",
    "Software Development": "developer*, programmer*, coding, source code, codebase, open source, open-source, GitHub, "
    "GitLab, pull request, compiler, debugg*, software engineer*, programming, API, SDK, IDE, Python, JavaScript, "
    "TypeScript, Rust, Java, Copilot, Cursor, Claude Code, Codex, Linux, Kubernetes, bug, patch, framework, "
    "app store, software update, vulnerabilit*, malware, keyboard app",
    "Automation & Workflow": "automat*, workflow, robotic process, RPA, no-code, low-code, Zapier, n8n, scheduler, "
    "AI agent, agentic, orchestrat*, robot, robotics, self-driving, driverless, autonomous",
    "Writing & Content Creation": "writer, author, novel, essay, copywriting, ghostwrit*, blog, blogging, newsletter, "
    "journalis*, newsroom, editor, publisher, publishing, ebook, manuscript, screenplay, ChatGPT, Grammarly, Jasper, "
    "translation, plagiaris*, copyright",
    "Marketing & Growth": "marketing, marketer, advertis*, advert, ad campaign, SEO, brand, branding, influencer, "
    "social media, growth hacking, campaign, audience, click-through, HubSpot, Mailchimp, sponsor*",
    "AI Infrastructure & MLOps": "GPU, TPU, chip, chipmaker, semiconductor, data center, data centre, datacenter, "
    "Nvidia, AMD, TSMC, CUDA, inference, training run, model weights, large language model, language model, LLM, "
    "foundation model, fine-tun*, AI model, MLOps, machine learning, neural network, supercomputer, cloud computing, "
    "AWS, Azure, OpenAI, Anthropic, DeepMind, Hugging Face, algorithm, benchmark",
    "Design & Creative": "designer, graphic design, typeface, font, illustrat*, artist, artwork, logo, user interface, "
    "UX, prototype, Figma, Canva, Adobe, Midjourney, architect, fashion, sculpture, painting, gallery, mural",
    "Data & Analytics": "analytics, dataset, data set, database, spreadsheet, dashboard, statistics, data science, "
    "data scientist, survey, forecast, SQL, Excel, Snowflake, Databricks, Tableau, Power BI, big data, business "
    "intelligence, census, data breach, personal data",
    "Photography & Imaging": "photo, photograph*, camera, lens, imaging, image generat*, picture, portrait, selfie, "
    "satellite image, Photoshop, Lightroom, Instagram, Nikon, Canon, Leica, deepfake, facial recognition, X-ray, MRI",
    "Voice & Speech": "voice, speech, text-to-speech, speech recognition, transcri*, dictation, voice assistant, "
    "voice cloning, Siri, Alexa, ElevenLabs, Whisper, accent, spoken, phone call, microphone",
    "Customer Support": "customer support, customer service, help desk, helpdesk, chatbot, call centre, call center, "
    "contact center, complaint, refund, Zendesk, Intercom, support ticket, customer",
    "Sales & Outreach": "sales, salesperson, salespeople, CRM, Salesforce, cold call, cold email, lead generation, "
    "outreach, prospect, pipeline review, retailer, e-commerce, online shop, checkout, discount",
    "Education & Learning": "school, student, teacher, pupil, university, college, classroom, lesson, homework, exam, "
    "curriculum, education, learning app, tutor*, Duolingo, Khan Academy, Coursera, degree, campus, kindergarten",
    "Operations & Admin": "human resources, HR, payroll, recruit*, hiring, layoff, accounting, bookkeeping, invoice, "
    "logistics, supply chain, warehouse, procurement, compliance, calendar, meeting notes, admin, tax return, "
    "back office, SAP, Notion, workplace",
}
WORDS = {name: tuple(word.strip() for word in words.split(",")) for name, words in _WORDS.items()}
USUAL = (*(Topic(name, words) for name, words in WORDS.items()), Topic(GENERAL))
