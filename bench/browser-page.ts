/** A page of Commodarr in a real Chromium, watched from outside: what it fetched, was told and spent. */
import {fileURLToPath} from 'node:url'
import type {CDPSession, Page} from 'playwright-core'
import type {LabBrowser, LabPage, Screen} from '#lab/browser.ts'
import type {LiveMessage, LiveRequest} from '#model/live.ts'

const probe = fileURLToPath(new URL('page-probe.mjs', import.meta.url))

/** What the main thread of the page spent since it was opened, CPU ms. */
export interface Spent {
  readonly script: number
  readonly style: number
  readonly layout: number
  /** All of it, with painting. */
  readonly task: number
}

export interface Memory {
  /** After a collection, MB. */
  readonly heap: number
  readonly nodes: number
  readonly listeners: number
}

interface Fetched {
  readonly type: string
  /** On the wire. */
  readonly headBytes: number
  bytes: number
}

/** The main thread's whole part of a frame, in Chromium's own words. */
const FRAME = 'ProxyMain::BeginMainFrame'

interface TraceEvent {
  readonly name: string
  /** CPU of its thread, µs. */
  readonly tdur?: number
}

export class BrowserPage {
  readonly page: Page
  /** Bytes of each message of the socket, since `forgetMessages`. */
  messageBytes: number[] = []
  /** The last view that the page opened. */
  opened: Extract<LiveRequest, {type: 'open'}> | null = null
  /** Who stands in the rows of that view, from the first of them on. */
  refs: readonly number[] = []
  readonly #lab: LabPage
  readonly #devtools: CDPSession
  readonly #fetched = new Map<string, Fetched>()

  private constructor(lab: LabPage, devtools: CDPSession) {
    this.#lab = lab
    this.page = lab.page
    this.#devtools = devtools
    devtools.on('Network.responseReceived', ({requestId, type, response}) => {
      this.#fetched.set(requestId, {type, headBytes: response.encodedDataLength, bytes: 0})
    })
    devtools.on('Network.loadingFinished', ({requestId, encodedDataLength}) => {
      const fetched = this.#fetched.get(requestId)
      if (fetched) fetched.bytes = encodedDataLength
    })
    devtools.on('Network.webSocketFrameSent', ({response}) => this.#sent(response.payloadData))
    devtools.on('Network.webSocketFrameReceived', ({response}) => this.#received(response.payloadData))
  }

  /** A person of his own with nothing in the cache; nothing is opened yet. */
  static async make(browser: LabBrowser, origin: string, screen: Screen = 'desk'): Promise<BrowserPage> {
    const lab = await browser.open(origin, {screen, reducedMotion: false})
    await lab.page.addInitScript({path: probe})
    const devtools = await lab.context.newCDPSession(lab.page)
    await devtools.send('Network.enable')
    await devtools.send('Performance.enable', {timeDomain: 'threadTicks'})
    return new BrowserPage(lab, devtools)
  }

  /** @returns ms from leaving for the address to rows with their texts on screen */
  async open(address: string): Promise<number> {
    this.#fetched.clear()
    await this.page.goto(address, {waitUntil: 'commit'})
    return this.ask<number>('probe.firstRows()')
  }

  /** What `page-probe.mjs` answers. */
  ask<Answer>(question: string): Promise<Answer> {
    return this.page.evaluate<Answer>(question)
  }

  /**
   * ms from an event of a person to what it leads to.
   * @param condition one of those of `page-probe.mjs` @param act what brings the event about
   */
  async timed(
    event: 'keydown' | 'click',
    condition: string,
    wanted: unknown,
    act: () => Promise<void>,
  ): Promise<number> {
    // The page must listen before anything happens.
    await this.ask(`probe.expect('${event}', '${condition}', ${JSON.stringify(wanted)})`)
    await act()
    return this.ask<number>('probe.outcome()')
  }

  /** KB of contents since `open`, as they traveled: `Script`, `Stylesheet`, `Font`, … */
  fetchedKb(type: string): number {
    const all = [...this.#fetched.values()].filter((it) => it.type === type)
    return all.reduce((sum, {bytes, headBytes}) => sum + Math.max(0, bytes - headBytes), 0) / 1024
  }

  /** All that was fetched since `open`, with the heads of the answers. */
  fetched(): {readonly kb: number; readonly requests: number} {
    const all = [...this.#fetched.values()]
    return {kb: all.reduce((sum, {bytes}) => sum + bytes, 0) / 1024, requests: all.length}
  }

  async spent(): Promise<Spent> {
    const of = await this.#figures()
    return {
      script: of('ScriptDuration') * 1000,
      style: of('RecalcStyleDuration') * 1000,
      layout: of('LayoutDuration') * 1000,
      task: of('TaskDuration') * 1000,
    }
  }

  async memory(): Promise<Memory> {
    // What was only held by what the first collection found goes with the second.
    for (let time = 0; time < 2; time++) await this.#devtools.send('HeapProfiler.collectGarbage')
    const of = await this.#figures()
    return {heap: of('JSHeapUsedSize') / 1_048_576, nodes: of('Nodes'), listeners: of('JSEventListeners')}
  }

  /**
   * CPU ms of the main thread in each frame while something is done: scripts, style, layout, painting. Unlike the time
   * between frames it does not depend on who else uses the machine.
   */
  async frameCpu(act: () => Promise<void>): Promise<readonly number[]> {
    const frames: number[] = []
    const collect = ({value}: {value: object[]}): void => {
      for (const event of value as TraceEvent[]) {
        if (event.name === FRAME && event.tdur !== undefined) frames.push(event.tdur / 1000)
      }
    }
    this.#devtools.on('Tracing.dataCollected', collect)
    const reported = new Promise<void>((resolve) =>
      this.#devtools.once('Tracing.tracingComplete', () => resolve()),
    )
    const traceConfig = {includedCategories: ['cc'], excludedCategories: ['*']}
    await this.#devtools.send('Tracing.start', {transferMode: 'ReportEvents', traceConfig})
    await act()
    await this.#devtools.send('Tracing.end')
    await reported
    this.#devtools.off('Tracing.dataCollected', collect)
    return frames
  }

  /** As a wheel does it; the page's own frames follow. Ends when the list stands still. */
  async scroll(px: number, pxPerSecond: number): Promise<void> {
    const {width, height} = this.page.viewportSize()!
    await this.#devtools.send('Input.synthesizeScrollGesture', {
      x: Math.round(width / 2),
      y: Math.round(height / 2),
      yDistance: -px,
      speed: pxPerSecond,
      preventFling: true,
      gestureSourceType: 'mouse',
    })
  }

  close(): Promise<void> {
    if (this.#lab.complaints.length > 0) throw new Error(`the page complains: ${this.#lab.complaints[0]}`)
    return this.#lab.context.close()
  }

  async #figures(): Promise<(name: string) => number> {
    const {metrics} = await this.#devtools.send('Performance.getMetrics')
    return (name) => metrics.find((it) => it.name === name)?.value ?? 0
  }

  #sent(payload: string): void {
    const request = JSON.parse(payload) as LiveRequest
    if (request.type === 'open') this.opened = request
  }

  #received(payload: string): void {
    this.messageBytes.push(Buffer.byteLength(payload))
    const message = JSON.parse(payload) as LiveMessage
    if (message.type !== 'view' || message.view !== this.opened?.view || !message.order) return
    this.refs = message.order.flatMap(({refs}) => refs)
  }
}
