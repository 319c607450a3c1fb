import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {SessionState} from './session.ts'

const anna = {
  visitor: {user_id: 1, name: 'anna', permissions: []},
  csrf_token: 'token',
} as unknown as SessionState
const visitorNone = {visitor: null, csrf_token: 'other'} as unknown as SessionState

/** What the page asked, in the order of its questions; each is answered by the test. */
let asked: {readonly method: string; readonly answer: (body: SessionState | null, status?: number) => void}[]
let opened: string[]
let pages = 0
let session: typeof import('./session.ts')

beforeEach(async () => {
  asked = []
  opened = []
  vi.stubGlobal('localStorage', storage())
  vi.stubGlobal('sessionStorage', storage())
  vi.stubGlobal('location', {
    pathname: '/torrents',
    search: '',
    assign: (to: string) => opened.push(to),
    reload: () => opened.push('reload'),
  })
  vi.stubGlobal('fetch', async (_url: string, {method}: {method: string}) => {
    const {promise, resolve} = Promise.withResolvers<Response>()
    asked.push({
      method,
      answer: (body, status = 200) =>
        resolve(new Response(body && JSON.stringify(body), {status: body ? status : 204})),
    })
    return promise
  })
  // Each page has a module of its own: what a log-out left in it goes with the page.
  session = (await import(`./session.ts?page=${++pages}`)) as typeof session
  session.kept(anna)
})
afterEach(() => vi.unstubAllGlobals())

test('an answer that was on its way during the log-out signs no one in again', async () => {
  const looking = session.lookWhoWeAre()
  const leaving = session.logOut()
  await vi.waitFor(() => expect(asked.map(({method}) => method)).toEqual(['GET', 'DELETE']))
  asked[1]!.answer(null)
  await leaving
  asked[0]!.answer(anna)
  expect(await looking).toBe(false)
  expect(session.wasSignedIn()).toBe(false)
  expect(session.hasSessionEnded()).toBe(false)
  expect(new Set(opened)).toEqual(new Set(['/login']))
})

test('a session that this page ended is not said to have ended', async () => {
  const leaving = session.logOut()
  const looking = session.lookWhoWeAre()
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  const [end, look] = asked
  look!.answer(visitorNone)
  end!.answer(null)
  await Promise.all([leaving, looking])
  expect(session.hasSessionEnded()).toBe(false)
  expect(new Set(opened)).toEqual(new Set(['/login']))
})

test('a log-out that fails leaves the page as it was', async () => {
  const leaving = session.logOut()
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  asked[0]!.answer({title: 'Busy', status: 503} as unknown as SessionState, 503)
  await expect(leaving).rejects.toThrow('Busy')
  expect(session.wasSignedIn()).toBe(true)
  expect(opened).toEqual([])
  const looking = session.lookWhoWeAre()
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  asked[1]!.answer(visitorNone)
  expect(await looking).toBe(false)
  expect(session.hasSessionEnded()).toBe(true)
  expect(opened).toEqual(['/login?next=%2Ftorrents'])
})

function storage(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  }
}
