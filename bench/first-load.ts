/** From an address that is opened to rows on screen: how long, and how much is fetched. */
import {setTimeout as delay} from 'node:timers/promises'
import type {LabBrowser} from '#lab/browser.ts'
import {BrowserPage} from './browser-page.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const times = 5
/** What is fetched after the rows are there is in by then. */
const restMs = 2_000

export async function measureFirstLoad(report: Report, browser: LabBrowser, origin: string): Promise<void> {
  const cold: number[] = []
  const warm: number[] = []
  for (let time = 0; time < times; time++) {
    const page = await BrowserPage.make(browser, origin)
    cold.push(await page.open('/torrents'))
    if (time === 0) reportFetched(report, page)
    await delay(restMs)
    if (time === 0) report.figure('web.first_load_js_with_rest', page.fetchedKb('Script'), 'KB')
    warm.push(await page.open('/torrents'))
    await page.close()
  }
  report.figure('web.first_paint_cold', percentile(cold, 0.5), 'ms')
  report.figure('web.first_paint_warm', percentile(warm, 0.5), 'ms')
  await onPhone(report, browser, origin)
}

function reportFetched(report: Report, page: BrowserPage): void {
  report.figure('web.first_load_js', page.fetchedKb('Script'), 'KB')
  report.figure('web.first_load_css', page.fetchedKb('Stylesheet'), 'KB')
  report.figure('web.first_load_fonts', page.fetchedKb('Font'), 'KB')
}

async function onPhone(report: Report, browser: LabBrowser, origin: string): Promise<void> {
  const page = await BrowserPage.make(browser, origin, 'phone')
  report.figure('web.first_paint_phone', await page.open('/torrents'), 'ms')
  const {kb, requests} = page.fetched()
  report.figure('web.first_load_bytes', kb, 'KB')
  report.figure('web.first_load_requests', requests, 'requests')
  await page.close()
}
