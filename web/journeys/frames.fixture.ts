import type {Page} from 'playwright-core'

/** What a page and the server say to each other; of each type only what is looked at. */
export interface Frame {
  readonly type: string
  readonly re?: number
  readonly rows?: readonly unknown[]
  readonly ranges?: readonly unknown[]
  readonly wish?: {readonly q?: string; readonly sort?: readonly string[]}
  readonly facets?: object
  readonly order?: readonly {readonly refs: readonly number[]}[]
}

/**
 * A slow line in the hands of a test: what a page says of these types on the live connections that it makes from now on
 * reaches the server only when it is let go.
 */
export async function slowLine(page: Page): Promise<{hold(...types: string[]): void; letGo(): void}> {
  const held = new Set<string>()
  const waiting: (() => void)[] = []
  await page.routeWebSocket(/\/api\/live$/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => {
      const send = () => server.send(message)
      if (held.has((JSON.parse(String(message)) as Frame).type)) waiting.push(send)
      else send()
    })
  })
  return {
    hold: (...types) => types.forEach((it) => held.add(it)),
    letGo: () => {
      held.clear()
      for (const send of waiting.splice(0)) send()
    },
  }
}

/** What both say on each live connection that the page makes from now on, in order. */
export function framesOf(page: Page): readonly (Frame & {readonly by: 'page' | 'server'})[] {
  const frames: (Frame & {readonly by: 'page' | 'server'})[] = []
  const note = (by: 'page' | 'server', payload: string | Buffer) =>
    frames.push({by, ...(JSON.parse(String(payload)) as Frame)})
  page.on('websocket', (socket) => {
    socket.on('framesent', ({payload}) => note('page', payload))
    socket.on('framereceived', ({payload}) => note('server', payload))
  })
  return frames
}
