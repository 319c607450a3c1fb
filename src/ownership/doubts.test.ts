import {expect, test} from 'vitest'
import {A, keyOf} from '#lookups/look-ups.fixture.ts'
import type {ServerView} from '#model/services.ts'
import {doubtWords, mayBeAccepted, type Doubt} from './doubts.ts'

const moving: Doubt = {code: 'moving', serverId: A, torrent: keyOf(A, 1), detail: '/x/film'}

function words(server: Partial<ServerView>, hasLeft = false, doubt = moving): string {
  const view = {name: 'Box', enabled: true, health: {status: 'online', since: 0}, epoch: 1, ...server}
  return doubtWords(doubt, {
    server: () => view as ServerView,
    sees: () => true,
    nameOf: () => 'film',
    hasLeft: () => hasLeft,
  })
}

test('what is moved says how the doubt ends, and no user can say it is over before it is', () => {
  expect(mayBeAccepted(moving)).toBe(false)
  expect(words({})).toMatch(/^"film" on Box may have .*\(\/x\/film\): .* Wait until the move is done\.$/)
  expect(words({health: {status: 'unreachable', since: 0} as ServerView['health']})).toMatch(
    /not been online since 1970.*Wait for it\.$/,
  )
  expect(words({enabled: false})).toMatch(/switched off\. Switch the server on/)
  expect(words({enabled: false}, true)).toMatch(/Bring the server back, or confirm/)
})

test('an online server whose list could not be read is not said to be away', () => {
  const away: Doubt = {code: 'away', serverId: A, torrent: null, detail: ''}
  expect(words({}, false, away)).toMatch(/did not send a whole list when it was asked/)
  expect(words({health: {status: 'unreachable', since: 0} as ServerView['health']}, false, away)).toMatch(
    /has not been online since 1970/,
  )
})

test('of two mounts of one server no mapping ends the doubt: one torrent goes without data, or a person confirms', () => {
  const view: Doubt = {code: 'view', serverId: A, torrent: keyOf(A, 1), detail: '/x/film'}
  const here: Doubt = {...view, code: 'viewHere'}
  expect([view, here].map(mayBeAccepted)).toEqual([true, true])
  expect(words({}, false, view)).toMatch(/Map the folders of both servers .* \(Storage\)\.$/)
  expect(words({}, false, here)).toMatch(
    /^"film" on the same server \(Box\) may .*\(\/x\/film\): .*Remove one of them without data; or, .* confirm the removal\.$/,
  )
  expect(words({}, false, here)).not.toMatch(/Map the folders|Storage/)
})
