/** The same programs at loopback ports, and inside of undici without one. */
import {fetch as fetchBy} from 'undici'
import {afterEach, expect, test} from 'vitest'
import {virtualTimeLine} from '../arrs/time-line.ts'
import {Ombi} from './ombi.ts'
import {Prowlarr} from './prowlarr.ts'
import {Seerr} from './seerr.ts'
import type {SmallServer} from './small-server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const time = virtualTimeLine()
const kinds: readonly (readonly [string, () => SmallServer, string, string, number])[] = [
  [
    'Prowlarr',
    () => new Prowlarr({time, urlBase: '/base', indexers: [{name: 'One'}]}),
    '/api/v1/indexer',
    'x-api-key',
    401,
  ],
  ['Seerr', () => new Seerr({time, urlBase: '/base'}), '/api/v1/request', 'x-api-key', 403],
  ['Ombi', () => new Ombi({time, urlBase: '/base'}), '/api/v1/Request/movie', 'apikey', 401],
]

test.each(kinds)(
  '%s answers below its URL base, and refuses another key',
  async (_, make, path, header, refusal) => {
    const server = make()
    await server.listen()
    closing.push(() => server.close())
    const status = async (key: string) =>
      (await fetch(`${server.url}${path}`, {headers: {[header]: key}})).status
    expect([await status(server.apiKey), await status('another')]).toEqual([200, refusal])
    expect(server.asked).toEqual([`GET ${path}`, `GET ${path}`])
    await server.down()
    await expect(status(server.apiKey)).rejects.toThrow()
    await server.up()
    expect(await status(server.apiKey)).toBe(200)
  },
)

test.each(kinds)(
  '%s is asked without a socket, and refuses connections while it is down',
  async (_, make, path, header) => {
    const server = make()
    const ask = async () => {
      const dispatcher = server.dispatcher()
      return (await fetchBy(`http://away/base${path}`, {dispatcher, headers: {[header]: server.apiKey}}))
        .status
    }
    expect(await ask()).toBe(200)
    await server.down()
    await expect(ask()).rejects.toThrow()
  },
)
