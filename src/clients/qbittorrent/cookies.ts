/**
 * Cookies for a URL the server shall fetch. Up to 5.0 `torrents/add` takes them; from 5.1 on they are the
 * application's own, kept for every download from that host. They are given a day to live.
 */
import type {AddTorrent} from '#model/command.ts'
import type {CallBounds} from '../port.ts'
import type {Connection} from './connection.ts'
import {isRecord, listIn} from './native.ts'

const LIFE_SECONDS = 86_400

export async function letCookiesIn(
  {wire, clock, detected}: Connection,
  {source, cookies = ''}: Readonly<AddTorrent>,
  bounds: CallBounds,
): Promise<void> {
  if (detected().dialect.cookieOnAdd || !('url' in source)) return
  const domain = new URL(source.url).hostname
  const expirationDate = Math.floor(clock.now() / 1000) + LIFE_SECONDS
  const ours = cookies
    .split(';')
    .map((pair) => pair.split('='))
    .filter(([name = '']) => name.trim() !== '')
    .map(([name = '', ...value]) => ({
      name: name.trim(),
      value: value.join('=').trim(),
      domain,
      path: '/',
      expirationDate,
    }))
  const names = new Set(ours.map(({name}) => name))
  const others = listIn(await wire.get('app/cookies', {}, bounds)).filter(
    (cookie) => !isRecord(cookie) || cookie['domain'] !== domain || !names.has(String(cookie['name'])),
  )
  await wire.post('app/setCookies', {cookies: JSON.stringify([...others, ...ours])}, bounds)
}
