import {setImmediate} from 'node:timers/promises'
import {expect, test} from 'vitest'
import * as z from 'zod'
import {SocketlessDispatcher, type Answering} from '#lab/socketless.ts'
import {Secret} from '#model/secret.ts'
import type {Dispatcher} from 'undici'
import {ArrHttpClient} from './http-client.ts'

/** An Arr below a URL base, and others that it had before; what is asked there it does not know. */
class BelowBase extends SocketlessDispatcher {
  base = '/films'
  readonly asked: string[] = []
  /** By path and how often it was asked: answered when that resolves. */
  readonly held = new Map<string, Promise<void>>()

  protected override async answer(
    {method, path}: Dispatcher.DispatchOptions,
    answering: Answering,
  ): Promise<void> {
    this.asked.push(`${method} ${path}`)
    const {base} = this
    await this.held.get(path)
    if (path.startsWith(`${base}/api/`)) {
      answering.head(200, {'content-type': 'application/json'})
      await answering.piece(Buffer.from('[1,2,3]'))
    } else if (path.startsWith('/api/')) answering.head(307, {location: base + path, 'content-length': '0'})
    else answering.head(method === 'GET' ? 404 : 405, {'content-length': '0'})
    answering.end()
  }
}

/** An Arr with one list, which comes in these pieces. */
class InPieces extends SocketlessDispatcher {
  readonly #pieces: readonly string[]

  constructor(pieces: readonly string[]) {
    super()
    this.#pieces = pieces
  }

  protected override async answer(_: Dispatcher.DispatchOptions, answering: Answering): Promise<void> {
    answering.head(200, {'content-type': 'application/json'})
    for (const piece of this.#pieces) await answering.piece(Buffer.from(piece))
    answering.end()
  }
}

const address = {url: 'http://arr', apiKey: new Secret('k'.repeat(32)), skipVerify: false}
const policy = {objectionTo: () => null, lookup: undefined}

function client() {
  const arr = new BelowBase()
  return {arr, http: new ArrHttpClient(address, policy, undefined, {dispatcher: arr})}
}

test('two that ask below a URL base which is gone are both led to where it is now, no matter which hears it first', async () => {
  for (const base of ['', '/other']) {
    const {arr, http} = client()
    await http.send({path: '/api/first'})
    expect(http.url).toBe('http://arr/films')
    arr.base = base
    const {promise, resolve} = Promise.withResolvers<void>()
    arr.held.set('/films/api/slow', promise)
    const slow = http.send({method: 'POST', path: '/api/slow'})
    expect(await http.send({method: 'POST', path: '/api/quick'})).toBe(true)
    resolve()
    expect(await slow).toBe(true)
    expect(http.url).toBe(`http://arr${base}`)
    // A change that was not taken is sent once to where it is taken.
    expect(arr.asked.filter((it) => it === `POST ${base}/api/slow`)).toHaveLength(1)
  }
})

test('while a list is read, others have their turn after each piece of it', async () => {
  const arr = new InPieces(['[{"id":1},', '{"id":2}', ',{"id":3}]'])
  const seen: (number | string)[] = []
  const next = async () => {
    seen.push('others')
    await setImmediate()
    seen.push('on')
  }
  const turns = {due: () => true, next}
  const http = new ArrHttpClient(address, policy, undefined, {dispatcher: arr, turns})
  const shape = z.object({id: z.number()})
  const count = await http.stream({path: '/api/list', member: null}, shape, ({id}) => void seen.push(id))
  expect(count).toBe(3)
  expect(seen).toEqual([1, 2, 3].flatMap((id) => [id, 'others', 'on']))
})
