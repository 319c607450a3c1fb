/**
 * rTorrent's RPC over a world: 0.9.x in XML-RPC, 0.15.2 and newer in JSON-RPC too. Here: transports, basic auth of the
 * web server in front (over HTTP only: SCGI has none), the two dialects and their faults. What the commands do is in
 * `rtorrent-commands.ts`, what a torrent looks like in `rtorrent-fields.ts`.
 *
 * Options: `basePath` (default `/RPC2`).
 */
import type {Face, FaceAnswer, FaceDeps, FaceMaker, FaceRequest} from './face.ts'
import {RtorrentCommands} from './rtorrent-commands.ts'
import {
  readJsonCalls,
  readXmlCall,
  RtFault,
  writeJson,
  writeXml,
  writeXmlMany,
  type Bending,
  type Call,
  type Result,
  type Value,
} from './rtorrent-encoding.ts'

/** Closes the connection above this, as rTorrent does. */
const mostBytes = {old: 2 * 1024 * 1024, new: 16 * 1024 * 1024}

export const makeRtorrentFace: FaceMaker = (parts) => new RtorrentFace(parts)

class RtorrentFace implements Face {
  readonly basePath: string
  readonly #parts: FaceDeps
  readonly #commands: RtorrentCommands
  readonly #speaksJson: boolean
  readonly #mostBytes: number
  readonly #bending: Bending

  constructor(parts: FaceDeps) {
    const {version, options, world} = parts
    this.#parts = parts
    this.basePath = typeof options['basePath'] === 'string' ? options['basePath'] : '/RPC2'
    this.#commands = new RtorrentCommands(world, version)
    const [, minor = 0, patch = 0] = version.split('.').map(Number)
    this.#speaksJson = minor > 15 || (minor === 15 && patch >= 2)
    this.#bending = minor >= 10 ? 'percents' : 'questionMarks'
    this.#mostBytes = minor >= 10 ? mostBytes.new : mostBytes.old
  }

  /** There are no sessions and no bans. */
  dropSessions(): void {}
  ban(): void {}

  /** The path, and the command all of it is about: of several the last, which is the list where there is one. */
  nameOf(request: FaceRequest): string {
    const path = request.via === 'scgi' ? this.basePath : request.path
    const body = request.body.toString('latin1', 0, 20_000)
    const names = [...body.matchAll(/methodName(?:>|<\/name><value><string>)([\w.]+)|"method":"([\w.]+)"/g)]
    const found = names.map(([, xml, json]) => xml ?? json).filter((name) => name !== 'system.multicall')
    return `${path}#${found.at(-1) ?? ''}`
  }

  handle(request: FaceRequest): FaceAnswer {
    const refusal = request.via === 'http' ? this.#refusal(request) : null
    if (refusal) return refusal
    if (request.body.length > this.#mostBytes)
      throw new Error('rTorrent closes the connection without a word')
    const body = request.body.toString('utf8')
    return this.#speaksJson && /^\s*[[{]/.test(body) ? this.#json(body) : this.#xml(body)
  }

  /** nginx in front. */
  #refusal({headers, path}: FaceRequest): FaceAnswer | null {
    const {username, password, counters} = this.#parts
    if (username !== null) {
      const wanted = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`
      const isAccepted = headers['authorization'] === wanted
      counters.login(isAccepted)
      if (!isAccepted) return page(401, 'Authorization Required', {'www-authenticate': 'Basic realm="rt"'})
    }
    return path === this.basePath ? null : page(404, 'Not Found')
  }

  #xml(body: string): FaceAnswer {
    return {status: 200, headers: {'content-type': 'text/xml'}, body: this.#xmlBody(body)}
  }

  #xmlBody(body: string): Iterable<string> {
    let call: Call
    try {
      if (body.length > this.#commands.sizeLimit) throw new RtFault(-503, 'Call XML too large.')
      call = readXmlCall(body)
    } catch (error) {
      if (error instanceof RtFault) return writeXml(error, this.#bending)
      throw error
    }
    if (call.method !== 'system.multicall') return writeXml(this.#commands.run(call), this.#bending)
    return writeXmlMany(
      (call.params[0] as readonly Value[]).map((one) => this.#member(one)),
      this.#bending,
    )
  }

  #member(one: Value): Result {
    const {methodName, params} = one as {methodName?: Value; params?: Value}
    if (typeof methodName !== 'string' || !Array.isArray(params))
      return new RtFault(-501, 'Invalid multicall member')
    return this.#commands.run({method: methodName, params})
  }

  #json(body: string): FaceAnswer {
    const answer = (text: Iterable<string>): FaceAnswer => ({
      status: 200,
      headers: {'content-type': 'application/json'},
      body: text,
    })
    try {
      const {calls, isBatch} = readJsonCalls(body)
      const answers = calls.map((call) => {
        if (call instanceof RtFault) return {id: null, result: call}
        return {id: call.id, result: jsonResult(call, this.#commands.run(call))}
      })
      // Written strictly as UTF-8: one name that is not spoils the whole answer. Asked as `or_base64` it does not.
      const isSafe = calls.every((call) => call instanceof RtFault || this.#isSpeakable(call))
      if (!isSafe || answers.some(({result}) => result instanceof Uint8Array))
        throw new RtFault(-32700, 'invalid UTF-8 byte at index 4: 0x20')
      return answer(writeJson(answers, isBatch))
    } catch (error) {
      if (!(error instanceof RtFault)) throw error
      return answer(writeJson([{id: null, result: error}], false))
    }
  }

  #isSpeakable({params}: Call): boolean {
    const [asksName, asksFolder] = ['d.name=', 'd.directory='].map((column) => params.includes(column))
    if (!asksName && !asksFolder) return true
    for (const {nameBytes, fileCount} of this.#parts.world.list()) {
      if (nameBytes !== null && (asksName || fileCount > 1)) return false
    }
    return true
  }
}

/** Codes of its own. */
function jsonResult({method}: Call, result: Result): Result {
  // The form that says bytes as numbers.
  if (result instanceof Uint8Array && method.endsWith('.or_base64')) return {bytes: [...result], subtype: ''}
  if (!(result instanceof RtFault)) return result
  if (result.code === -506) return new RtFault(-32601, `method not found: ${method}`)
  return new RtFault(/info-hash|target|index/.test(result.message) ? -32602 : -32000, result.message)
}

function page(status: number, words: string, headers: Record<string, string> = {}): FaceAnswer {
  return {
    status,
    headers: {'content-type': 'text/html', server: 'nginx/1.22.1', ...headers},
    body: `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n</body>\r\n</html>\r\n`,
  }
}
