/**
 * `npm run pictures`: every page of the demo in light, dark and on a phone, for `docs/pictures/`, with what is wrong with
 * each: what axe finds, what does not fit its screen or a window of 320 pixels (1280 at 400 %), what the page complains of.
 * `-- overview why` makes these alone.
 */
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {contrastFindings, LabBrowser, seriousFindings, type Looking} from '#lab/browser.ts'
import {isWell, newFolder, Program, until, type Api} from '#test/program/program.fixture.ts'
import {root} from './steps.ts'

interface Pictured {
  readonly name: string
  /** `null` = this demo has none. */
  readonly path: (api: Api) => string | null | Promise<string | null>
  /** Done once, in the first look. */
  readonly before?: (api: Api) => Promise<unknown>
  /** Keys that open what is meant, when the page is whole. */
  readonly keys?: readonly string[]
}

const at = (path: string) => () => path

/** A new page is one more line. */
const pictured: readonly Pictured[] = [
  {name: 'demo', path: at('/')},
  {name: 'overview', path: at('/'), before: (api) => hideHints(api)},
  {name: 'torrents', path: at('/torrents')},
  {name: 'torrents-selected', path: at('/torrents'), keys: ['j', 'x', 'j', 'x', 'j', 'x']},
  {name: 'deleting', path: at('/torrents'), keys: ['j', 'Delete']},
  {name: 'adding', path: at('/torrents'), keys: ['n']},
  {name: 'palette', path: at('/torrents'), keys: ['Control+k']},
  {name: 'torrent', path: (api) => torrent(api, 'general')},
  {name: 'torrent-files', path: (api) => torrent(api, 'files')},
  {name: 'torrent-trackers', path: (api) => torrent(api, 'trackers')},
  {name: 'why', path: (api) => torrent(api, 'why')},
  {name: 'why-page', path: (api) => whyPage(api)},
  {name: 'needs-you', path: at('/torrents'), keys: ['g', 'n']},
  {name: 'timeline', path: (api) => torrent(api, 'timeline')},
  {name: 'trash', path: at('/torrents/trash')},
  {name: 'orphaned-files', path: at('/torrents/orphaned-files')},
  {name: 'disk-space', path: at('/torrents/disk-space')},
  {name: 'queue', path: at('/library')},
  {name: 'arr', path: (api) => arr(api)},
  {name: 'arr-item', path: (api) => arrItem(api)},
  {name: 'rules', path: at('/rules')},
  {name: 'activity', path: at('/activity')},
  {name: 'settings', path: at('/settings')},
  {name: 'servers', path: at('/settings/servers')},
  {name: 'server', path: (api) => server(api)},
  {name: 'arrs', path: at('/settings/arrs')},
  {name: 'users', path: at('/settings/users')},
  {name: 'system', path: at('/settings/system')},
  {name: 'move-in', path: at('/settings/move-in')},
  {name: 'account', path: at('/settings/account')},
]

const looks: Readonly<Record<string, Looking>> = {light: {}, dark: {theme: 'dark'}, phone: {screen: 'phone'}}
const folder = join(root, 'docs/pictures')
/** What counts by itself, such as speeds, has its figures by then, and shapes have become rows. */
const SETTLED_MS = 2_500
/** Of a window of 1280 pixels at 400 %. */
const ZOOMED = {width: 320, height: 256}

async function stalled(api: Api): Promise<{server_id: string; info_hash: string} | undefined> {
  const {torrents} = await api.list('q=state%3Astalled')
  return torrents[0] ?? (await api.list()).torrents[0]
}

async function torrent(api: Api, tab: string): Promise<string | null> {
  const one = await stalled(api)
  return one === undefined ? null : `/torrents?at=${one.server_id}~${one.info_hash}&tab=${tab}`
}

async function whyPage(api: Api): Promise<string | null> {
  const one = await stalled(api)
  return one === undefined ? null : `/torrents/${one.server_id}/${one.info_hash}/why`
}

async function server(api: Api): Promise<string | null> {
  const [first] = await api.servers()
  return first === undefined ? null : `/settings/servers/${first.server_id}`
}

/** They lie over what is to be seen. */
function hideHints(api: Api): Promise<unknown> {
  return api.send('PATCH', '/api/preferences', {'hints.hidden': ['demo']})
}

async function arrIds(api: Api): Promise<readonly string[]> {
  return (await api.get<{arrs: readonly {id: string}[]}>('/api/arrs')).arrs.map(({id}) => id)
}

async function arr(api: Api): Promise<string | null> {
  const [first] = await arrIds(api)
  return first === undefined ? null : `/library/arrs/${first}`
}

interface QueueEntry {
  readonly row: {readonly media: readonly {readonly id: number}[]}
}

async function arrItem(api: Api): Promise<string | null> {
  for (const id of await arrIds(api)) {
    const {rows} = await api.get<{rows: readonly QueueEntry[]}>(`/api/arrs/${id}/queue`)
    const item = rows.flatMap(({row}) => row.media).find((it) => it.id > 0)?.id
    if (item !== undefined) return `/library/arrs/${id}/items/${item}`
  }
  return null
}

/** Takes the picture. @returns what is wrong with the page, one line each */
async function picture(page: Page, {keys = []}: Pictured, file: string, isPhone: boolean): Promise<string[]> {
  await page.getByRole('main').first().waitFor()
  await page.waitForTimeout(SETTLED_MS)
  for (const key of keys) {
    await page.keyboard.press(key)
    await page.waitForTimeout(300)
  }
  await page.waitForTimeout(300)
  // What is still on its way is no picture of the page.
  await page.waitForFunction('document.querySelector(".kit-skeleton") === null')
  await page.screenshot({path: file})
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
async function takeAll(
  all: readonly Pictured[],
  api: Api,
  door: string | null,
  [look, looking]: readonly [string, Looking],
): Promise<void> {
  const {page, complaints} = await browser.open(api.url, looking)
  if (door !== null) {
    await page.goto(door)
    await page.waitForURL((url) => url.pathname !== '/login')
  }
  for (const it of all.filter(isWanted)) {
    if (look === 'light') await it.before?.(api)
    const path = await it.path(api)
    if (path === null) {
      console.log(`${it.name}: this demo has none`)
      continue
    }
    await page.goto(`${api.url}${path}`)
    const before = complaints.length
    const found = await picture(page, it, join(folder, `${it.name}-${look}.png`), look === 'phone')
    for (const fault of [...found, ...complaints.slice(before)]) {
      faults++
      console.log(`${it.name}, ${look}: ${fault}`)
    }
  }
}

try {
  const [api, freshApi] = [await program.api(), await fresh.api()]
  // One of its servers is always away.
  await until(
    () => api.servers(),
    (all) => all.filter(({health}) => isWell(health)).length >= all.length - 1,
  )
  mkdirSync(folder, {recursive: true})
  const door = /http:\/\/\S+\/login#token=\S+/.exec(program.out)?.[0]
  if (door === undefined) throw new Error(`the demo printed no address: ${program.out}`)
  for (const look of Object.entries(looks)) {
    await takeAll(pictured, api, door, look)
    await takeAll([{name: 'log-in', path: at('/login')}], api, null, look)
    await takeAll([{name: 'first-run', path: at('/')}], freshApi, null, look)
  }
} finally {
  await browser.close()
  await Promise.all([program.end(), fresh.end()])
  for (const it of [data, empty]) rmSync(it, {recursive: true, force: true})
}
console.log(`${faults} faults; the pictures are in docs/pictures/`)
process.exitCode = faults === 0 ? 0 : 1
