/**
 * The pages in a real Chromium, before a fleet of 100,000 torrents on ten servers, 1 % of which change each second. The
 * browser paints without a graphics card, on the cores that the program and the fleet use, too: on a person's machine
 * frames are cheaper than here. Times end when a frame was painted, so the shortest is one frame (17 ms).
 *
 *   COMMODARR_BENCH_MINUTES=10   how long the growth of memory is watched; 2 by default
 */
import {loadavg} from 'node:os'
import {setTimeout as delay} from 'node:timers/promises'
import {LabBrowser} from '#lab/browser.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import type {SimServerSpec} from '#lab/simulators/sim-server.ts'
import {BrowserPage, type Spent} from './browser-page.ts'
import {measureFirstLoad} from './first-load.ts'
import {MeasuredApp} from './measured-app.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'
import {Watchers} from './watchers.ts'

const perServer = 10_000
const serverCount = 10
const all = perServer * serverCount
const kinds = [
  {kind: 'qbittorrent', version: '5.1.0'},
  {kind: 'transmission', version: '4.1.4'},
  {kind: 'rtorrent', version: '0.16.17'},
] as const

/** Queueing off: with it each finished download renumbers all behind, and far more than 1 % would change. */
const servers: SimServerSpec[] = Array.from({length: serverCount}, (_, index) => ({
  ...kinds[index % kinds.length]!,
  name: `server-${index}`,
  count: perServer,
  seed: 100 + index,
  changePercentPerSecond: 1,
  queueing: false,
}))

const settleMs = 5_000
const cpuSeconds = 15
const idleSeconds = 30
const scrollPx = 50_000
const scrollSpeed = 5_000
const framesPerSecond = 60
const sortChanges = 20
/** What a change of the order costs is over by then. */
const sortMs = 400
const jumps = 20
const keyPresses = 50
const filterKeys = 20
/** Each is in many names, and not in all. */
const filterLetters = ['7', 'x', '9', 'k'] as const
const scopeSwitches = 20
const changingFrames = 600
const changingRows = 60
const watchers = 19

/** Rows that change all the time stand at the top of it. */
const busy = '/torrents?sort=-down_speed'

interface Parts {
  readonly report: Report
  readonly app: MeasuredApp
  readonly origin: string
  /** Nothing is opened yet. */
  readonly page: BrowserPage
}

export async function run(report: Report): Promise<void> {
  const fleet = await startFleetProcess({servers})
  const app = new MeasuredApp()
  const browser = await LabBrowser.start()
  try {
    await measureAll(report, fleet, app, browser)
  } finally {
    await browser.close()
    await app.end()
    await fleet.stop()
  }
}

async function measureAll(
  report: Report,
  fleet: FleetProcess,
  app: MeasuredApp,
  browser: LabBrowser,
): Promise<void> {
  // Without a quiet machine times between frames are those of the others, too.
  report.figure('web.load_before', loadavg()[0]!, 'processes')
  const {address: origin} = await app.start(fleet.servers, all)
  await measureFirstLoad(report, browser, origin)
  report.figure('web.server_cpu_0_pages', await serverCpu(app), 'ms/s')
  const broken: unknown[] = []
  for (const section of [idle, scrolling, sorting, filtering, jumping, keys, scopes, memory, changingAll]) {
    // Of its own page, so that one that breaks leaves nothing behind, and the others are measured anyway.
    const page = await BrowserPage.make(browser, origin)
    try {
      await section({report, app, origin, page})
    } catch (cause) {
      broken.push(new Error(`${section.name} was not measured`, {cause}))
    }
    await page.close().catch((error: unknown) => broken.push(error))
  }
  if (broken.length > 0) throw new AggregateError(broken, `${broken.length} sections broke`)
}

/** Nobody touches anything: what the program and the page do by themselves. */
async function idle({report, app, origin, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  await page.ask('probe.longTasks()')
  await delay(idleSeconds * 1000)
  const long = await page.ask<number[]>('probe.longTasks()')
  report.figure('web.idle_long_tasks', long.length, 'tasks')
  report.figure('web.idle_longest_task', Math.max(0, ...long), 'ms')
  await page.open(busy)
  await delay(settleMs)
  page.messageBytes = []
  const before = await page.spent()
  report.figure('web.server_cpu_1_page', await serverCpu(app), 'ms/s')
  const spent = between(before, await page.spent())
  report.figure('web.page_cpu_busy_window', spent.task / cpuSeconds, 'ms/s')
  const bytes = page.messageBytes.reduce((sum, it) => sum + it, 0)
  report.figure('web.bytes_per_second', bytes / cpuSeconds, 'B/s')
  report.figure('web.message_p95', percentile(page.messageBytes, 0.95) / 1024, 'KB')
  report.figure('web.message_largest', Math.max(0, ...page.messageBytes) / 1024, 'KB')
  const others = await Watchers.open(origin, watchers, page.opened!.wish)
  await delay(settleMs)
  report.figure('web.server_cpu_20_pages', await serverCpu(app), 'ms/s')
  others.close()
}

/** ms of the program's main thread in a second. */
async function serverCpu(app: MeasuredApp): Promise<number> {
  const {cpuMs, troubled} = await app.measure(cpuSeconds, 'cpu')
  if (troubled.length > 0) throw new Error(`servers in trouble: ${troubled.join(', ')}`)
  return cpuMs / cpuSeconds
}

async function scrolling({report, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  await page.ask('probe.startFrames()')
  await page.scroll(scrollPx, scrollSpeed)
  reportFrames(report, 'web.scroll', await page.ask<number[]>('probe.stopFrames()'))
  // Looking for gaps costs time itself: on the way back.
  await page.ask('void probe.startCover()')
  await page.scroll(-scrollPx, scrollSpeed)
  const covers = await page.ask<number[]>('probe.stopCover()')
  report.figure('web.scroll_rows_with_text', covers.reduce((sum, it) => sum + it, 0) / covers.length, 'share')
  const steps = (scrollPx / scrollSpeed) * framesPerSecond
  const cpu = await page.frameCpu(() =>
    page.ask(`probe.scrollBy(${scrollSpeed / framesPerSecond}, ${steps})`),
  )
  reportCpu(report, 'web.scroll', cpu)
}

/** By a click on a head; frames from there until the new order stands and the page is quiet again. */
async function sorting({report, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  const heads = page.page.getByRole('grid').getByRole('columnheader').getByRole('button')
  const named = (words: RegExp) => heads.filter({hasText: words}).first()
  const wanted = [named(/^Name/), named(/^Size/)]
  const frames: number[] = []
  const times: number[] = []
  const change = async (time: number): Promise<void> => {
    const first = await page.ask<string>('probe.firstName()')
    const head = wanted[Math.floor(time / 2) % wanted.length]!
    await head.hover()
    await page.ask('probe.startFrames()')
    times.push(await page.timed('click', 'firstOther', first, () => head.click()))
    await delay(sortMs)
    frames.push(...(await page.ask<number[]>('probe.stopFrames()')))
  }
  const changes = async (): Promise<void> => {
    for (let time = 0; time < sortChanges; time++) await change(time)
  }
  await changes()
  reportFrames(report, 'web.sort', frames)
  report.figure('web.sort_to_rows_p95', percentile(times, 0.95), 'ms')
  report.figure('web.sort_to_rows_p50', percentile(times, 0.5), 'ms')
  reportCpu(report, 'web.sort', await page.frameCpu(changes))
}

function reportFrames(report: Report, name: string, frames: readonly number[]): void {
  report.figure(`${name}_fps_p95`, 1000 / percentile(frames, 0.95), '1/s')
  report.figure(`${name}_longest_frame`, Math.max(...frames), 'ms')
}

function reportCpu(report: Report, name: string, frames: readonly number[]): void {
  report.figure(`${name}_frame_cpu_p50`, percentile(frames, 0.5), 'ms')
  report.figure(`${name}_frame_cpu_p95`, percentile(frames, 0.95), 'ms')
  report.figure(`${name}_frame_cpu_longest`, Math.max(...frames), 'ms')
}

/** From a key in the search box to the rows that match, each time another query. */
async function filtering({report, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  const box = page.page.getByRole('combobox').first()
  const times: number[] = []
  for (let time = 0; time < filterKeys; time++) {
    await box.fill('')
    await delay(settleMs / 10)
    const key = filterLetters[time % filterLetters.length]!
    times.push(await page.timed('keydown', 'countOther', all, () => box.press(key)))
  }
  report.figure('web.key_to_filter_p95', percentile(times, 0.95), 'ms')
  report.figure('web.key_to_filter_p50', percentile(times, 0.5), 'ms')
}

/** To the middle and back by the number of a row, and elsewhere as the scrollbar does it. */
async function jumping({report, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  const byNumber: number[] = []
  const byEnd: number[] = []
  for (let jump = 0; jump < jumps; jump++) {
    const row = jump % 2 === 0 ? 50_000 : 1_000 + jump * 2_000
    await page.page.keyboard.press(':')
    await page.page.locator('[role=dialog] input:focus').waitFor()
    await page.page.keyboard.type(String(row))
    byNumber.push(await page.timed('keydown', 'row', row, () => page.page.keyboard.press('Enter')))
    await delay(300)
    const isBack = jump % 2 === 1
    const end = () => page.page.keyboard.press(isBack ? 'Home' : 'End')
    byEnd.push(await page.timed('keydown', 'row', isBack ? 1 : all, end))
    await delay(300)
  }
  report.figure('web.jump_to_50000', percentile(byNumber, 0.95), 'ms')
  report.figure('web.jump_to_50000_p50', percentile(byNumber, 0.5), 'ms')
  report.figure('web.jump_to_end', percentile(byEnd, 0.95), 'ms')
}

async function keys({report, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  const times: number[] = []
  for (let press = 0; press < keyPresses; press++) {
    const before = await page.ask<number | null>('probe.chosenPlace()')
    times.push(
      await page.timed('keydown', 'chosenOther', before, () => page.page.keyboard.press('ArrowDown')),
    )
    await delay(50)
  }
  report.figure('web.key_to_paint_p95', percentile(times, 0.95), 'ms')
  report.figure('web.key_to_paint_p50', percentile(times, 0.5), 'ms')
}

/** From all servers to one and back. */
async function scopes({report, page}: Parts): Promise<void> {
  await page.open('/torrents')
  await delay(settleMs)
  const times: number[] = []
  for (let change = 0; change < scopeSwitches; change++) {
    const isBack = change % 2 === 1
    const server = servers[Math.floor(change / 2) % servers.length]!.name
    await page.page.getByTitle('Servers', {exact: true}).click()
    const options = page.page.getByRole('listbox').getByRole('option')
    const option = isBack ? options.first() : options.filter({hasText: server}).first()
    await option.hover()
    times.push(await page.timed('click', 'count', isBack ? all : perServer, () => option.click()))
    await delay(300)
  }
  report.figure('web.scope_switch', percentile(times, 0.95), 'ms')
  report.figure('web.scope_switch_p50', percentile(times, 0.5), 'ms')
}

/** Of a page that watches what is busy. */
async function memory({report, page}: Parts): Promise<void> {
  await page.open(busy)
  await delay(2 * settleMs)
  const minutes = Number(process.env['COMMODARR_BENCH_MINUTES'] ?? 2)
  const before = await page.memory()
  await delay(minutes * 60_000)
  const after = await page.memory()
  report.figure('web.heap_growth_per_minute', (after.heap - before.heap) / minutes, 'MB')
  report.figure('web.heap', after.heap, 'MB')
  report.figure('web.nodes_growth_per_minute', (after.nodes - before.nodes) / minutes, 'nodes')
  report.figure('web.nodes', after.nodes, 'nodes')
  report.figure(
    'web.listeners_growth_per_minute',
    (after.listeners - before.listeners) / minutes,
    'listeners',
  )
}

/** 60 rows on a tall screen, all of which change in every frame: the page is handed what the server would say. */
async function changingAll({report, page}: Parts): Promise<void> {
  await page.page.setViewportSize({width: 1720, height: 2100})
  await page.open('/torrents')
  await delay(settleMs)
  const seen = await page.ask<number>('probe.rowsInSight()')
  if (seen < changingRows) throw new Error(`only ${seen} rows are in sight`)
  const messages = Array.from({length: changingFrames}, (_, frame) => changeOfAll(page, frame))
  await page.ask('probe.startFrames()')
  const before = await page.spent()
  await page.ask(`probe.pretend(${JSON.stringify(messages)})`)
  const spent = between(before, await page.spent())
  const frames = await page.ask<number[]>('probe.stopFrames()')
  report.figure('web.script_per_frame_60_rows', spent.script / changingFrames, 'ms')
  report.figure('web.main_thread_per_frame_60_rows', spent.task / changingFrames, 'ms')
  report.figure('web.fps_p95_60_rows', 1000 / percentile(frames, 0.95), '1/s')
}

/** Another rate, sum and progress of the first rows. */
function changeOfAll({opened, refs}: BrowserPage, frame: number): string {
  const {view, wish} = opened!
  const changing = ['down_speed', 'up_speed', 'uploaded', 'ratio', 'progress', 'eta']
  const places = changing.map((column) => wish.columns.indexOf(column)).filter((place) => place >= 0)
  const cells = refs.slice(0, changingRows).map((ref, row) => {
    const seed = (frame * 7919 + row * 104_729) % 100_000
    return [
      ref,
      places.flatMap((place) => [place, wish.columns[place] === 'progress' ? seed / 1e5 : seed * 17]),
    ]
  })
  return JSON.stringify({type: 'view', view, cells})
}

function between(before: Spent, after: Spent): Spent {
  return {
    script: after.script - before.script,
    style: after.style - before.style,
    layout: after.layout - before.layout,
    task: after.task - before.task,
  }
}
