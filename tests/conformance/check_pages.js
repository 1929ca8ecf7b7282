// Opens report pages as readers do and checks them: axe-core in both languages, light and dark, wide
// and narrow; no request leaves the page; nothing hostile ran; readable without script. With a second
// argument, pictures are written to that folder.
//
//   node check_pages.js PAGE.html[,PAGE.html…] [PICTURES]
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser_path = process.env.CHROMIUM || "/usr/bin/chromium";
const pages = process.argv[2].split(",");
const pictures = process.argv[3];
let wrong = 0;

function fault(text) {
	console.log(text);
	wrong++;
}

async function open(browser, file, options) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	page.on("dialog", (dialog) => { fault(`${file}: a dialog opened: ${dialog.message()}`); dialog.dismiss(); });
	page.on("console", (message) => { if (message.type() === "error") fault(`${file}: ${message.text()}`); });
	page.on("pageerror", (error) => fault(`${file}: ${error.message}`));
	page.on("request", (request) => {
		if (!request.url().startsWith("file://" + path.resolve(file))) fault(`${file}: asks for ${request.url()}`);
	});
	await page.goto("file://" + path.resolve(file));
	return page;
}

async function accessible(page, what) {
	// through the debugger, which the page's content security policy does not bind
	await page.evaluate(axe);
	const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
	for (const rule of found.violations) {
		fault(`${what}: ${rule.id}: ${rule.help}`);
		for (const node of rule.nodes.slice(0, 4)) console.log("   ", node.html.slice(0, 160), node.failureSummary.split("\n")[1]);
	}
}

async function fits(page, what) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	if (over > 0) fault(`${what}: ${over} px wider than the window`);
}

const views = [
	{ name: "wide", viewport: { width: 1280, height: 900 }, colorScheme: "light" },
	{ name: "dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
	{ name: "narrow", viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2 },
];

async function check(browser, file) {
	const base = path.basename(file, ".html");
	for (const view of views) {
		const { name, ...options } = view;
		const page = await open(browser, file, options);
		for (const language of ["zh", "en"]) {
			await page.locator(`label[for="show-${language}"]`).click();
			await accessible(page, `${base} ${name} ${language}`);
			await fits(page, `${base} ${name} ${language}`);
			if (pictures) await page.screenshot({ path: `${pictures}/${base}-${name}-${language}.png`, fullPage: true });
		}
		await page.context().close();
	}
	await scripts_work(browser, file);
	await readable_without_script(browser, file);
}

async function scripts_work(browser, file) {
	const page = await open(browser, file, {});
	const rows = page.locator("table.sortable tbody tr");
	if (!(await rows.count())) return page.context().close();
	const all = await rows.count();
	await page.locator(".filter input").first().fill("no requirement is called so");
	if (await page.locator("table.sortable tbody tr:visible").count()) fault(`${file}: the search hides nothing`);
	await page.locator(".filter input").first().fill("");
	if (await page.locator("table.sortable tbody tr:visible").count() !== all) fault(`${file}: the search hides for good`);
	await page.locator("table.sortable button.sort").first().click();
	const ids = await page.locator("table.sortable").first().locator("tbody td:first-child").allInnerTexts();
	if (ids.join() !== [...ids].sort().join()) fault(`${file}: sorting by id gives another order`);
	await page.context().close();
}

async function readable_without_script(browser, file) {
	const page = await open(browser, file, { javaScriptEnabled: false });
	for (const [language, other] of [["zh", "en"], ["en", "zh-CN"]]) {
		await page.locator(`label[for="show-${language}"]`).click();
		if (await page.locator(`.page [lang="${other}"]:visible`).count()) fault(`${file}: without script, ${language} shows ${other} as well`);
		if (!(await page.locator("h2:visible").count())) fault(`${file}: without script there are no headings`);
	}
	await page.context().close();
}

(async () => {
	const browser = await chromium.launch({ executablePath: browser_path, args: ["--no-sandbox"] });
	for (const file of pages) await check(browser, file);
	await browser.close();
	console.log(wrong ? `${wrong} faults` : `${pages.length} pages: no fault`);
	process.exit(wrong ? 1 : 0);
})();
