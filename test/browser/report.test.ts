import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../src/report/report.ts';
import { writeFixture } from '../report/fixture.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Runs a function in the page; its code is sent as text, so it sees only the page. */
interface Visit {
  readonly page: Page;
  readonly problems: string[];
  readonly requests: string[];
}

describe.skipIf(!existsSync(CHROMIUM))('report.html in Chromium, from file://', () => {
  let root: string;
  let browser: Browser;
  let address: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'report-browser-'));
    await writeFixture(root, { question: 'Is <b>this</b> "text" & nothing else?' });
    const { html } = await writeReport(root);
    address = pathToFileURL(html).href;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: 300_000 });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function visit(options: { width?: number; dark?: boolean; still?: boolean } = {}): Promise<Visit> {
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1100, height: 900 },
      colorScheme: options.dark === true ? 'dark' : 'light',
      reducedMotion: options.still === true ? 'reduce' : 'no-preference',
    });
    page.setDefaultTimeout(300_000);
    const problems: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address);
    await page.waitForSelector('#strip svg .cursor', { state: 'attached' });
    return { page, problems, requests };
  }

  test('opens without an error and loads nothing', async () => {
    const { page, problems, requests } = await visit();
    expect(await page.textContent('h1')).toBe('Is <b>this</b> "text" & nothing else?');
    expect(await page.locator('figure.chart svg.wide:visible').count()).toBe(4);
    expect(await page.evaluate(() => document.fonts.check('16px Inter'))).toBe(true);
    expect(problems).toEqual([]);
    expect(requests.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
    await page.close();
  });

  test('the policy holds: a script put into the page does not run', async () => {
    const { page, problems } = await visit();
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hostile = true';
      document.body.append(script);
      return 'hostile' in window;
    });
    expect(ran).toBe(false);
    expect(problems.join(' ')).toMatch(/Content Security Policy/);
    await page.close();
  });

  test('hover shows the second under the pointer', async () => {
    const { page, problems } = await visit();
    const strip = page.locator('#strip [role="slider"] svg');
    await strip.scrollIntoViewIfNeeded();
    const box = (await strip.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    const middle = await page.locator('#strip .readout').innerText();
    await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
    const quarter = await page.locator('#strip .readout').innerText();
    expect(middle).not.toBe(quarter);
    for (const word of ['Time from the start', 'Price', 'Twin', 'Forced, in the book', 'Off the book', 'Accounts with forced orders'])
      expect(middle).toContain(word);
    expect(middle).toMatch(/0:1[3-6]:\d\d/);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('arrow keys move the cursor and are spoken; the pointer is not', async () => {
    const { page } = await visit({ still: true });
    const slider = page.locator('#strip [role="slider"]');
    const now = async (): Promise<number> => Number(await slider.getAttribute('aria-valuenow'));
    const spoken = page.locator('#strip [aria-live="polite"]');
    await slider.focus();
    const start = await now();
    expect(await spoken.textContent()).toBe('');
    await page.keyboard.press('ArrowRight');
    expect(await now()).toBe(start + 1);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await now()).toBe(start - 1);
    await page.keyboard.press('PageUp');
    expect(await now()).toBe(start + 59);
    await page.keyboard.press('Home');
    expect(await now()).toBe(0);
    expect(await spoken.textContent()).toContain('Time from the start: 0:00:00');
    await page.keyboard.press('ArrowLeft');
    expect(await now()).toBe(0);
    await page.keyboard.press('End');
    expect(await now()).toBe(1800);
    expect(await slider.getAttribute('aria-valuetext')).toBe('0:30:00');
    // a step with forced orders says who
    for (let i = 0; i < 1800 - 300 - 60; i += 60) await page.keyboard.press('PageDown');
    while ((await now()) > 300) await page.keyboard.press('ArrowLeft');
    expect(await spoken.textContent()).toContain('Accounts with forced orders: 1 (1 caused, 0 advanced, 0 common)');
    await page.close();
  });

  test('the zoom follows the largest excess, and the keyboard can leave it', async () => {
    const { page } = await visit();
    const button = page.getByRole('button', { name: 'Around the largest excess' });
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await page.locator('#strip [role="slider"]').focus();
    await page.keyboard.press('Home');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await page.close();
  });

  test.each([
    ['desktop', { width: 1100 }],
    ['phone', { width: 390 }],
    ['dark', { width: 1100, dark: true }],
  ] as const)('%s: axe finds nothing serious, and the page does not scroll sideways', async (_name, options) => {
    const { page } = await visit(options);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(options.width);
    // the policy would refuse axe as a script element: it is evaluated through the debugger instead
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0]?.html.slice(0, 200) }));
    });
    expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await page.close();
  });

  test('a phone gets the narrow charts', async () => {
    const { page } = await visit({ width: 390 });
    expect(await page.locator('figure.chart svg.narrow:visible').count()).toBe(4);
    expect(await page.locator('figure.chart svg.wide:visible').count()).toBe(0);
    await page.close();
  });
});
