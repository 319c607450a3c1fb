/**
 * A house for a file of tests: real torrent servers, a tracker, the program as a process of its own with a data folder
 * of its own, and a browser. Whatever a page complains of fails the test during which it did.
 */
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Locator, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, expect, inject} from 'vitest'
import {LabBrowser, shoot, type LabPage, type Looking} from '#lab/browser.ts'
import {freePort} from '#lab/free-port.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import type {SimServerSpec} from '#lab/simulators/sim-server.ts'
import {startTracker, type Tracker} from '#lab/tracker.ts'
import {WorldClock} from '#lab/world-clock.ts'
import {Api, newFolder, Program, until, type Ended} from '#test/program/program.fixture.ts'
import {HouseDaemon, type ServerName} from './daemons.fixture.ts'

export const administrator = {username: 'ada', password: 'an ample password'} as const

export interface HouseWish {
  readonly servers?: readonly ServerName[]
  /** For scale: more torrents than real servers would take in a test. */
  readonly simulated?: readonly SimServerSpec[]
  /** As it shows itself to who only wants to look; nobody logs in. */
  readonly isDemo?: boolean
  /** '' or `/base`. */
  readonly urlBase?: string
  /** Lays out the folder of somebody who comes from qBitrr and gives back his configuration; its rules only observe. */
  readonly movesIn?: (folder: string) => string
  /** What config.toml says from the start. */
  readonly config?: string
  /** Its clock goes so far ahead with each `leap()`, ms; else as on the wall. */
  readonly leapMs?: number
  /** A leap is of its wall clock alone, as if somebody had set it. */
  readonly setsClock?: boolean
  /** Nobody has set it up, and it knows no server yet. */
  readonly isEmpty?: boolean
}

/** What a person waits for comes when a busy machine has time for it: nearly as long as a test may take. */
export const patient = {timeout: 270_000} as const

/** The house of a file: built before its tests, torn down after them. */
export function houseFor(wish: HouseWish): () => Harness {
  let house: Harness | undefined
  beforeAll(async () => {
    house = await Harness.build(wish)
  })
  afterEach(async ({task}) => {
    const isLost = task.result?.state === 'fail'
    expect(await house?.emptied(isLost ? task.name : null)).toEqual([])
  })
  afterAll(() => house?.tearDown())
  return () => house!
}

export class Harness {
  readonly tracker: Tracker
  readonly servers: ReadonlyMap<ServerName, HouseDaemon>
  readonly #simulated: FleetProcess | null
  readonly #folder = newFolder()
  readonly #browser: LabBrowser
  readonly #wish: HouseWish
  readonly #clock: WorldClock | null
  readonly #port: number
  readonly #ids = new Map<ServerName, string>()
  #open: LabPage[] = []
  #excused: RegExp | null = null
  #program: Program | null = null
  /** As the administrator. */
  api!: Api

  private constructor(
    wish: HouseWish,
    parts: Pick<Harness, 'tracker' | 'servers'> & {readonly simulated: FleetProcess | null},
    browser: LabBrowser,
    port: number,
  ) {
    this.#wish = wish
    this.#clock =
      wish.leapMs === undefined
        ? null
        : new WorldClock({factor: 1, leapMs: wish.leapMs, isSet: wish.setsClock === true})
    this.tracker = parts.tracker
    this.servers = parts.servers
    this.#simulated = parts.simulated
    this.#browser = browser
    this.#port = port
  }

  static async build(wish: HouseWish): Promise<Harness> {
    const [tracker, browser, port, simulated, ...daemons] = await Promise.all([
      startTracker({interval: 5}),
      startBrowser(),
      freePort(),
      wish.simulated === undefined ? null : startFleetProcess({servers: wish.simulated}),
      ...(wish.servers ?? []).map((name) => HouseDaemon.start(name)),
    ])
    const servers = new Map(daemons.map((it) => [it.name, it]))
    const house = new Harness(wish, {tracker, servers, simulated}, browser, port)
    await house.startProgram()
    if (wish.isEmpty !== true && wish.isDemo !== true) await house.#moveIn()
    return house
  }

  async #moveIn(): Promise<void> {
    await this.api.setUp(administrator)
    for (const {name, draft} of this.servers.values()) this.#ids.set(name, await this.#add(draft))
    const added = [...this.#ids.values()]
    for (const {name, kind, url, username, password} of this.#simulated?.servers ?? []) {
      added.push(await this.#add({name, kind, url, username, password}))
    }
    // Those of a file may lead nowhere.
    if (added.length > 0) await this.api.online(...added)
  }

  /** @returns its id in Commodarr */
  async #add(draft: object): Promise<string> {
    const {status, body} = await this.api.send('POST', '/api/servers', draft)
    if (status !== 201) throw new Error(`a server was not added, ${status}: ${JSON.stringify(body)}`)
    return (body as {id: string}).id
  }

  /** Also after it ended: with the same data, at the same address. */
  async startProgram(): Promise<void> {
    const config = this.#config
    const {urlBase = '', isDemo = false, movesIn, config: text} = this.#wish
    if (text !== undefined && !existsSync(config)) writeFileSync(config, text)
    if (urlBase !== '') writeFileSync(config, `[WebUI]\nUrlBase = "${urlBase}"\n`)
    if (movesIn && !existsSync(config)) writeFileSync(config, movesIn(this.#folder))
    const place = ['--data', this.dataFolder, '--port', String(this.#port), '--host', '127.0.0.1']
    mkdirSync(join(this.#folder, 'cwd'), {recursive: true})
    const pages = process.env['COMMODARR_PAGES']
    const ways = [
      ...(isDemo ? ['--demo'] : []),
      ...(existsSync(config) ? ['--config', config] : []),
      ...(movesIn ? ['--observe'] : []),
    ]
    this.#program = new Program([...place, ...ways], {
      cwd: join(this.#folder, 'cwd'),
      ...(this.#clock && {preload: 'lab/program-clock.ts'}),
      env: {...(pages !== undefined && {COMMODARR_PAGES: pages}), ...this.#clock?.environment()},
    })
    const api = await this.#program.api()
    // A session outlives the program; what a start printed does not.
    this.api = this.api?.headers['cookie']?.startsWith('commodarr_session') ? this.api : api
  }

  get #config(): string {
    return join(this.#folder, 'config.toml')
  }

  /** config.toml as it is now. */
  get configText(): string {
    return readFileSync(this.#config, 'utf8')
  }

  /** As somebody edits the file; the program reads it as soon as it notices. */
  set configText(text: string) {
    writeFileSync(this.#config, text)
  }

  /** The address that the start printed, by which one gets in without an account, or becomes administrator. */
  get printedAddress(): string {
    return /\bOpen (http\S+#token=\S+)/.exec(this.#program!.out)![1]!
  }

  /** Nobody else has it while the program does not run. */
  get dataFolder(): string {
    return join(this.#folder, 'data')
  }

  endProgram(signal: NodeJS.Signals): Promise<Ended> {
    return this.#program!.end(signal)
  }

  /** The program finds itself later at once, of a house that wishes for leaps. */
  leap(): void {
    this.#clock!.leap()
    process.kill(this.#program!.pid, 'SIGUSR2')
  }

  /** Of a house that has simulated servers: they can be told to misbehave. */
  get simulated(): FleetProcess {
    return this.#simulated!
  }

  server(name: ServerName): HouseDaemon {
    return this.servers.get(name)!
  }

  /**
   * A server that was stopped runs again, and Commodarr was told to look: by itself it waits longer each time, by chance
   * up to minutes.
   */
  async returns(name: ServerName): Promise<void> {
    await this.server(name).daemon.restart()
    const {status, body} = await this.api.send('POST', `/api/servers/${this.idOf(name)}/test`)
    if (status !== 200) throw new Error(`the test of ${name} answered ${status}: ${JSON.stringify(body)}`)
    await until(
      () => this.api.server(this.idOf(name)),
      ({health}) => health.status === 'online',
    )
  }

  /** Its id in Commodarr. */
  idOf(name: ServerName): string {
    return this.#ids.get(name)!
  }

  /** @param path of a page or of the API, from `/` on, without the base */
  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${this.#wish.urlBase ?? ''}${path}`
  }

  /**
   * A browser of somebody's own at a page, or at none yet: `about:blank`.
   * @param who asks there already; `null` = a stranger
   */
  async visit(path: string, looking: Looking = {}, who: Api | null = this.api): Promise<Page> {
    const seen = await this.#browser.open(new URL(this.url('')).origin, looking)
    this.#open.push(seen)
    const {page, context} = seen
    context.setDefaultTimeout(patient.timeout)
    const [name, value] = who?.headers['cookie']?.split('=', 2) ?? []
    if (name !== undefined) await context.addCookies([{name, value: value!, url: this.url('/')}])
    await page.goto(path === 'about:blank' ? path : this.url(path))
    return page
  }

  /** Until the end of the test pages may complain so: what it does to them makes them. */
  excuse(complaint: RegExp): void {
    this.#excused = complaint
  }

  /** Sends everybody home. @param lost name of the test that failed @returns what pages complained of */
  async emptied(lost: string | null): Promise<readonly string[]> {
    const open = this.#open.splice(0)
    const excused = this.#excused
    this.#excused = null
    for (const [at, {page, context}] of open.entries()) {
      if (lost !== null) await tellOf(page, lost, at)
      await context.close()
    }
    const complaints = open.flatMap((it) => it.complaints)
    return complaints.filter((it) => excused === null || !excused.test(it))
  }

  async tearDown(): Promise<void> {
    await this.emptied(null)
    await this.#browser.close()
    await this.#program?.end('SIGKILL')
    for (const server of this.servers.values()) await server.dispose()
    await this.#simulated?.stop()
    await this.tracker.stop()
    rmSync(this.#folder, {recursive: true, force: true})
  }
}

/** The one of the run (`lab/browser-for-tests.ts`), else one of its own. */
function startBrowser(): Promise<LabBrowser> {
  const served = inject('browserEndpoint')
  return served === undefined ? LabBrowser.start() : LabBrowser.at(served)
}

/** What stood on a page as a test failed: a run that nobody can repeat has to say it itself. */
async function tellOf(page: Page, lost: string, at: number): Promise<void> {
  const words = await page.innerText('body').catch((error: unknown) => `It cannot be read: ${String(error)}`)
  const shown = words.replaceAll(/\s*\n\s*/g, ' | ').slice(0, 4_000)
  process.stderr.write(`“${lost}” failed while ${page.url()} showed:\n${shown}\n`)
  await shoot(page, `lost ${lost} ${at}`.replaceAll(/\W+/g, '-'))
}

/** Waits until it is on the page and gives back its text. */
export async function wordsOf(place: Locator): Promise<string> {
  await place.waitFor()
  return place.innerText()
}

/** px by which the page, or what scrolls up and down in it, can be pushed sideways. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => {
    const places = [document.documentElement, ...document.querySelectorAll('main, .overflow-y-auto')]
    return Math.max(...places.map(({scrollWidth, clientWidth}) => scrollWidth - clientWidth))
  })
}
