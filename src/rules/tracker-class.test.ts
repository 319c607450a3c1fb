import {expect, test} from 'vitest'
import type {TrackerClass} from '#model/fact.ts'
import {trackerClassOf, trackerPhrases, trackersTogether} from './tracker-class.ts'

for (const [message, expected] of [
  ['', 'unknown'],
  ['Everything strange', 'unknown'],
  ['Unregistered torrent', 'unregistered'],
  ['UNREGISTERED', 'unregistered'],
  ['Torrent not registered with this tracker.', 'unregistered'],
  ['Failure: torrent   does not\nexist!', 'unregistered'],
  ['Info hash is not authorized with this tracker', 'unregistered'],
  ['Torrent has been deleted: trumped by a better one', 'trumped'],
  ['Trumped', 'trumped'],
  ['Invalid passkey, unregistered torrent', 'credential'],
  ['Your client is not allowed here; torrent not found', 'client'],
  ['Connection timed out', 'temporary'],
  ['HTTP error 503', 'temporary'],
  ['Error 1503', 'unknown'],
  ['Database error, torrent not found', 'temporary'],
  ['Server is down', 'temporary'],
  ['Download complete', 'unknown'],
  ['No such host is known', 'temporary'],
  ['skipping tracker announce (unreachable)', 'temporary'],
  ['not found', 'unknown'],
  ['Page not found', 'unknown'],
  ['registered', 'unknown'],
  ['unregisteredness', 'unknown'],
  ['trumpet', 'unknown'],
] as const) {
  test(`a tracker that says "${message}" is ${expected}`, () => {
    expect(trackerClassOf({status: 'error', message})).toBe(expected)
  })
}

// What is said of who asks is not said of the torrent, whatever word for it comes along.
for (const [message, expected] of [
  ['unregistered torrent pass', 'credential'],
  ['Unregistered torrent_pass', 'credential'],
  ['Torrent not found: wrong pass_key', 'credential'],
  ['You are not registered with this tracker', 'credential'],
  ['You’re not registered', 'credential'],
  ['You have been removed, torrent not found', 'credential'],
  ['IP/Account not registered', 'credential'],
  ['IP not registered with this tracker', 'credential'],
  ['Your IPv6 is unregistered', 'credential'],
  ['Account not registered', 'credential'],
  ['account: unregistered', 'credential'],
  ['Unregistered user', 'credential'],
  ['User-ID unregistered', 'credential'],
  ['Unknown torrent or user', 'credential'],
  ['Unregistered e-mail; log in', 'credential'],
  ['Unregistered member', 'credential'],
  ['Unregistered auth_key', 'credential'],
  ['Unregistered client', 'client'],
  ['Peer not registered with this tracker', 'client'],
  ['Connection reset by peer', 'temporary'],
  // Nobody says of what.
  ['Not registered with this tracker', 'unknown'],
  ['Not authorized for use on this tracker', 'unknown'],
  ['Torrent not authorized for use on this tracker', 'unknown'],
  ['not exists', 'unknown'],
  ['Torrent not exists', 'unknown'],
  // And these are said of it.
  ['Unregistered torrent', 'unregistered'],
  ['unregistered', 'unregistered'],
  ['Torrent is not registered with this tracker', 'unregistered'],
  ['Info hash not registered', 'unregistered'],
  ['Unknown info_hash', 'unregistered'],
  ['Requested download is not authorized for use with this tracker.', 'unregistered'],
  ['Info-hash not found', 'unregistered'],
] as const) {
  test(`S37 a tracker that says "${message}" is ${expected}`, () => {
    expect(trackerClassOf({status: 'error', message})).toBe(expected)
  })
}

test('S37 a message that names a user is never unregistered, whatever else it says', () => {
  const who = [
    'pass',
    'passkey',
    'user',
    'account',
    'IP',
    'You are',
    'your account',
    'user id',
    'torrent_pass',
  ]
  const what = [...trackerPhrases.unregistered, ...trackerPhrases.trumped]
  for (const one of who) {
    for (const phrase of what) {
      for (const message of [`${one} ${phrase}`, `${phrase}: ${one}.`, `${phrase} (${one.toUpperCase()})`])
        expect([message, trackerClassOf({status: 'error', message})]).toEqual([message, 'credential'])
    }
  }
})

for (const [message, expected] of [
  ['<html><head><title>404 Not Found</title></head>Torrent not found</html>', 'temporary'],
  ['<!DOCTYPE html><p>unregistered torrent', 'temporary'],
  ['< body >unregistered', 'temporary'],
  ['see https://tracker.example.org/unregistered/torrent', 'unknown'],
  ['udp://tracker.example.org:80/unregistered', 'unknown'],
  ['see tracker.example.org/unregistered/1', 'unknown'],
  ['see tracker.example.org/torrents/unregistered', 'unknown'],
  ['see unregistered.example.org/1', 'unknown'],
  ['see tracker.example.org/unregistered/1: unregistered', 'unregistered'],
] as const) {
  test(`S14 "${message}" is ${expected}, whatever page or address it names`, () => {
    expect(trackerClassOf({status: 'error', message})).toBe(expected)
  })
}

test('what works works whatever it says; what is not reached is temporary', () => {
  expect(trackerClassOf({status: 'ok', message: 'unregistered torrent'})).toBe('working')
  expect(trackerClassOf({status: 'unreachable', message: ''})).toBe('temporary')
  expect(trackerClassOf({status: 'unreachable', message: 'Unregistered torrent'})).toBe('unregistered')
  expect(trackerClassOf({status: 'warning', message: 'Unregistered torrent'})).toBe('unregistered')
  expect(trackerClassOf({status: 'none', message: ''})).toBe('unknown')
})

for (const [name, phrases] of Object.entries(trackerPhrases)) {
  test(`each phrase of ${name} alone is ${name}`, () => {
    for (const phrase of phrases) {
      expect([phrase, trackerClassOf({status: 'error', message: phrase})]).toEqual([phrase, name])
    }
  })
}

for (const [classes, together] of [
  [[], 'unknown'],
  [['unregistered'], 'unregistered'],
  [['unregistered', 'unregistered'], 'unregistered'],
  [['unregistered', 'trumped'], 'trumped'],
  [['unregistered', 'working'], 'working'],
  [['unregistered', 'temporary'], 'temporary'],
  [['unregistered', 'unknown'], 'unknown'],
  [['unregistered', 'credential'], 'credential'],
  [['trumped', 'client'], 'client'],
  [['client', 'credential'], 'credential'],
  [['unknown', 'client'], 'client'],
  [['temporary', 'working'], 'working'],
] as const satisfies readonly (readonly [readonly TrackerClass[], TrackerClass])[]) {
  test(`S15 trackers that are [${classes.join(', ')}] are ${together} together`, () => {
    expect(trackersTogether(classes)).toBe(together)
  })
}

test('S14 phrases of a profile come first: one that is ignored says nothing, whatever else is said', () => {
  const own = {unregistered: ['gone from our index'], ignored: ['nightly cleanup']}
  const said = (message: string, status: 'error' | 'unreachable' = 'error') =>
    trackerClassOf({status, message}, own)
  expect(said('Sorry, gone from our INDEX!')).toBe('unregistered')
  expect(said('unregistered torrent (nightly cleanup)')).toBe('unknown')
  expect(said('gone from our index during nightly-cleanup')).toBe('unknown')
  expect(said('nightly cleanup', 'unreachable')).toBe('temporary')
  expect(said('<html><body>gone from our index</body></html>')).toBe('temporary')
  expect(said('https://t.example/gone/from/our/index')).toBe('unknown')
  expect(said('unregistered torrent')).toBe('unregistered')
  expect(trackerClassOf({status: 'ok', message: 'gone from our index'}, own)).toBe('working')
})
