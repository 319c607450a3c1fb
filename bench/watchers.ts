/** Pages that only listen: sockets that hold a view of the fleet open, each another one, and read what they are told. */
import type {LiveMessage, LiveRequest, ViewWish} from '#model/live.ts'

const sorts = ['-added_at', '-up_speed', 'name', '-size', '-down_speed'] as const
const queries = ['', 'state:seeding', 'ratio>1', 'size>1GB'] as const
const ROWS = 120

export class Watchers {
  readonly #sockets: readonly WebSocket[]

  private constructor(sockets: readonly WebSocket[]) {
    this.#sockets = sockets
  }

  /** Resolves when each has its first rows. @param wish what a page asks for; order, query and place are their own */
  static async open(origin: string, count: number, wish: ViewWish): Promise<Watchers> {
    const address = `${origin.replace(/^http/, 'ws')}/api/live`
    const sockets = Array.from({length: count}, () => new WebSocket(address))
    await Promise.all(sockets.map((socket, place) => opened(socket, ownRequest(wish, place))))
    return new Watchers(sockets)
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
  }
}

function ownRequest(wish: ViewWish, place: number): LiveRequest {
  const own = {...wish, sort: [sorts[place % sorts.length]!], q: queries[place % queries.length]!}
  const from = place * ROWS
  return {type: 'open', view: 1, re: 1, wish: own, ranges: [[from, from + ROWS]]}
}

function opened(socket: WebSocket, request: LiveRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('a watcher found no connection')))
    socket.addEventListener('close', ({code, reason}) => reject(new Error(`closed: ${code} ${reason}`)))
    socket.addEventListener('message', ({data}) => {
      const message = JSON.parse(String(data)) as LiveMessage
      if (message.type === 'hello') socket.send(JSON.stringify(request))
      else if (message.type === 'refused') reject(new Error(message.detail))
      else if (message.type === 'view') resolve()
    })
  })
}
