/** A peer that sends whatever bytes it likes, for tests of what comes before a request is one. */
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'

export class RawPeer {
  readonly socket: Socket
  /** All that came back so far. */
  text = ''
  /** When the other side, or the network, ended it. */
  readonly closed: Promise<void>

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes) => (this.text += bytes.toString('latin1')))
    // A reset is an end like any other here.
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  static async to(address: string): Promise<RawPeer> {
    const {port} = new URL(address)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    return new RawPeer(socket)
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes)
    return this
  }

  /** What came until it was closed by the other side. */
  async all(): Promise<string> {
    await this.closed
    return this.text
  }

  /** Waits until so much came that it looks like this. @throws when it is closed before */
  async until(shape: RegExp): Promise<string> {
    while (!shape.test(this.text)) {
      const more = await Promise.race([once(this.socket, 'data'), this.closed.then(() => null)])
      if (more === null && !shape.test(this.text))
        throw new Error(`closed after: ${this.text.slice(0, 2_000)}`)
    }
    return this.text
  }

  close(): void {
    this.socket.destroy()
  }
}

/** Sends these bytes and answers with all that came back until the connection was closed. */
export async function exchange(address: string, bytes: string | Uint8Array): Promise<string> {
  const peer = await RawPeer.to(address)
  return peer.send(bytes).all()
}

/** The JSON of the first answer in what came back. */
export function bodyOf(answer: string): Record<string, unknown> {
  const start = answer.indexOf('\r\n\r\n') + 4
  const length = Number(/^content-length: (\d+)\r$/im.exec(answer)?.[1])
  return JSON.parse(answer.slice(start, start + length)) as Record<string, unknown>
}
