/**
 * Debian's Chromium for tests of the pages, without its own windows where that is installed: half the work. Whatever a
 * page complains about while it is open (errors, refusals of its policy, requests to anybody but us) is collected, and
 * makes the test fail that does not expect it.
 */
import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {AxeBuilder} from '@axe-core/playwright'
import {chromium, type Browser, type BrowserContext, type BrowserServer, type Page} from 'playwright-core'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `LabBrowser.at` finds the browser of all tests. */
    readonly browserEndpoint?: string
  }
}

/** The first that is installed. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

/** Chromium asks its maker for news otherwise, and waits for the answers. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const screens = {
  desk: {width: 1440, height: 900},
  wide: {width: 1720, height: 1000},
  tablet: {width: 900, height: 1100},
  phone: {width: 390, height: 844},
  small: {width: 360, height: 740},
  /** A window of 1280 × 1024 at 400 %. */
  zoomed: {width: 320, height: 256},
} as const
export type Screen = keyof typeof screens

export interface Looking {
  readonly screen?: Screen
  readonly theme?: 'light' | 'dark'
  readonly reducedMotion?: boolean
}

/** A page with what it complained of. */
export interface LabPage {
  readonly page: Page
  readonly context: BrowserContext
  readonly complaints: readonly string[]
}

/** `null` = there is none on this machine. */
export function browserProgram(): string | null {
  return programs.find((path) => existsSync(path)) ?? null
}

/** A browser that others connect to: `LabBrowser.at(…)`. @throws {Error} without one on this machine */
export function serveBrowser(): Promise<BrowserServer> {
  return chromium.launchServer(launch())
}

function launch(): {readonly executablePath: string; readonly args: string[]} {
  const program = browserProgram()
  if (program === null) {
    throw new Error('The tests of the pages need Chromium (Debian: chromium-headless-shell).')
  }
  return {executablePath: program, args: quiet}
}

export class LabBrowser {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** One of its own. @throws {Error} without one on this machine */
  static async start(): Promise<LabBrowser> {
    return new LabBrowser(await chromium.launch(launch()))
  }

  /** The one that somebody serves. */
  static async at(endpoint: string): Promise<LabBrowser> {
    return new LabBrowser(await chromium.connect(endpoint))
  }

  /** A person of his own: nothing is shared with other pages. @param origin where alone requests may go */
  async open(origin: string, looking: Looking = {}): Promise<LabPage> {
    const {screen = 'desk', theme = 'light', reducedMotion = true} = looking
    const isPhone = screen === 'phone' || screen === 'small'
    const context = await this.#browser.newContext({
      viewport: screens[screen],
      colorScheme: theme,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      hasTouch: isPhone,
      isMobile: isPhone,
      baseURL: origin,
    })
    const page = await context.newPage()
    return {page, context, complaints: complaintsOf(page, origin)}
  }

  /** One that is served runs on. */
  close(): Promise<void> {
    return this.#browser.close()
  }
}

function complaintsOf(page: Page, origin: string): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // That an answer was a refusal is no fault of the page; it is on the page what it means.
    if (message.type() === 'error' && !/the server responded with a status of/.test(message.text())) {
      complaints.push(`console: ${message.text()}`)
    }
  })
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({payload}) => {
      const text = String(payload)
      if (text.startsWith('{"type":"refused"')) complaints.push(`said to the live connection: ${text}`)
    }),
  )
  page.on('request', (request) => {
    const url = request.url()
    if (/^(https?|wss?):/.test(url) && new URL(url).host !== new URL(origin).host) {
      complaints.push(`asks elsewhere: ${url}`)
    }
  })
  return complaints
}

/** What axe finds that is serious or worse, one line each; empty = nothing. WCAG 2.2 AA. */
export function seriousFindings(page: Page): Promise<readonly string[]> {
  return findingsOf(axe(page).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']))
}

/** The same for what another theme can do wrong alone. */
export function contrastFindings(page: Page): Promise<readonly string[]> {
  return findingsOf(axe(page).withRules(['color-contrast', 'link-in-text-block']))
}

/** Without frames of others it needs no second page to put its findings together, which takes longer than they do. */
function axe(page: Page): AxeBuilder {
  return new AxeBuilder({page}).setLegacyMode()
}

/** A name that is cut in its middle is called by all of its words: axe looks for the seen letters in one piece. */
async function findingsOf(builder: AxeBuilder): Promise<readonly string[]> {
  const {violations} = await builder.analyze()
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .flatMap(({id, nodes}) =>
      nodes
        .filter(({html}) => !(id === 'label-content-name-mismatch' && html.includes('…')))
        .map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`),
    )
}

/** Keeps a picture of the page where `COMMODARR_SHOTS` says; without it none is made. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['COMMODARR_SHOTS']
  if (folder === undefined) return
  mkdirSync(folder, {recursive: true})
  await page.screenshot({path: join(folder, `${name}.png`)})
}
