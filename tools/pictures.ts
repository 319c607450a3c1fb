/**
 * `npm run pictures`: every page of the demo in light, dark and on a phone, into `docs/pictures/`, with what is wrong with
 * each: what axe finds, what does not fit its screen or a window of 320 pixels (1280 at 400 %), what the page complains of.
 * `-- overview why` makes these alone.
 */
import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {CDPSession, Page} from 'playwright-core'
import {contrastFindings, LabBrowser, seriousFindings} from '#lab/browser.ts'
import {isWell, newFolder, Program, until, type Api} from '#test/program/program.fixture.ts'
import {
  allLooks,
  looks,
  pictured,
  pictureFile,
  picturesFolder,
  picturesPage,
  type Look,
  type Pictured,
} from './pictured.ts'

/** What counts by itself, such as speeds, has its figures by then, and shapes have become rows. */
const SETTLED_MS = 2_500
/** Of a window of 1280 pixels at 400 %. */
const ZOOMED = {width: 320, height: 256}
/** Letters stay sharp, and a picture takes less than half of what it does without loss. */
const QUALITY = 75

/** Takes the picture. @returns what is wrong with the page, one line each */
async function picture(
  page: Page,
  shots: CDPSession,
  {keys = [], opens}: Pictured,
  file: string,
  isPhone: boolean,
): Promise<string[]> {
  await page.getByRole('main').first().waitFor()
  await page.waitForTimeout(SETTLED_MS)
  for (const key of keys) {
    await page.keyboard.press(key)
    await page.waitForTimeout(300)
  }
  if (opens !== undefined) await page.locator(opens).first().waitFor()
  await page.waitForTimeout(300)
  // What is still on its way is no picture of the page.
  await page.locator('.kit-skeleton').first().waitFor({state: 'detached'})
  // Playwright itself writes no WebP.
  const {data} = await shots.send('Page.captureScreenshot', {format: 'webp', quality: QUALITY})
  writeFileSync(file, data, 'base64')
  const found = [...(await (isPhone ? seriousFindings(page) : contrastFindings(page)))]
  const wide = async (what: string) => {
    // As text: nothing here knows the types of a browser.
    const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    if (beyond > 0) found.push(`${what}: it is ${beyond} pixels wider than its window`)
  }
  await wide('at its size')
  const size = page.viewportSize()!
  await page.setViewportSize(ZOOMED)
  await page.waitForTimeout(300)
  await wide('at 400 %')
  await page.setViewportSize(size)
  return found
}

const wanted = process.argv.slice(2)
const isWanted = ({name}: Pictured) => wanted.length === 0 || wanted.includes(name)
const [data, empty] = [newFolder(), newFolder()]
const program = new Program(['--demo', '--data', data, '--port', '0'])
const fresh = new Program(['--data', empty, '--port', '0'])
const browser = await LabBrowser.start()
let faults = 0

/** @param door where the browser goes first; `null` = it is not logged in */
async function takeAll(all: readonly Pictured[], api: Api, door: string | null, look: Look): Promise<void> {
  const {page, context, complaints} = await browser.open(api.url, looks[look])
  const shots = await context.newCDPSession(page)
  if (door !== null) {
    await page.goto(door)
    await page.waitForURL((url) => url.pathname !== '/login')
  }
  for (const it of all.filter(isWanted)) {
    if (door !== null)
      await api.send('PATCH', '/api/preferences', {'hints.hidden': it.hasHints ? [] : ['demo']})
    await page.goto(`${api.url}${await it.path(api)}`)
    const before = complaints.length
    const found = await picture(
      page,
      shots,
      it,
      join(picturesFolder, pictureFile(it, look)),
      look === 'phone',
    )
    for (const fault of [...found, ...complaints.slice(before)]) {
      faults++
      console.log(`${it.name}, ${look}: ${fault}`)
    }
  }
}

/** Pictures of pages that are no more go, and the page that shows them is written again. */
function writePage(): void {
  const kept = new Set(pictured.flatMap((it) => allLooks.map((look) => pictureFile(it, look))))
  for (const file of readdirSync(picturesFolder)) {
    if (!kept.has(file)) rmSync(join(picturesFolder, file))
  }
  writeFileSync(join(picturesFolder, 'README.md'), picturesPage())
}

try {
  const [api, freshApi] = [await program.api(), await fresh.api()]
  // One of its servers is always away.
  await until(
    () => api.servers(),
    (all) => all.filter(({health}) => isWell(health)).length >= all.length - 1,
  )
  mkdirSync(picturesFolder, {recursive: true})
  writePage()
  const door = /http:\/\/\S+\/login#token=\S+/.exec(program.out)?.[0]
  if (door === undefined) throw new Error(`the demo printed no address: ${program.out}`)
  const of = (visitor: Pictured['visitor']) => pictured.filter((it) => it.visitor === visitor)
  for (const look of allLooks) {
    await takeAll(of(undefined), api, door, look)
    await takeAll(of('stranger'), api, null, look)
    await takeAll(of('first'), freshApi, null, look)
  }
} finally {
  await browser.close()
  await Promise.all([program.end(), fresh.end()])
  for (const it of [data, empty]) rmSync(it, {recursive: true, force: true})
}
console.log(`${faults} faults; the pictures are in docs/pictures/`)
process.exitCode = faults === 0 ? 0 : 1
