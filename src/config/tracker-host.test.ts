import {expect, test} from 'vitest'
import {trackerHost} from './tracker-host.ts'

test.each([
  ['https://Tracker.Example.org:443/announce?passkey=x', 'tracker.example.org'],
  ['udp://tracker.example.org:1337', 'tracker.example.org'],
  ['tracker.example.org:2710', 'tracker.example.org'],
  ['TRACKER.example.org.', 'tracker.example.org'],
  ['user:word@tracker.example.org', 'tracker.example.org'],
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['https://bücher.example/announce', 'xn--bcher-kva.example'],
  ['[2001:DB8::1]:80', '[2001:db8::1]'],
  ['10.0.0.1:80', '10.0.0.1'],
  ['localhost', 'localhost'],
  ['a_b.example', 'a_b.example'],
])('%s is the tracker at %s, spelled as in the addresses of torrents', (written, host) => {
  expect(trackerHost(written)).toBe(host)
})

test.each(['', 'https://', '.example.org', 'example..org', '*.example.org', 'a b', '[', '::1', 'a"b'])(
  '%j names no host',
  (written) => {
    expect(trackerHost(written)).toBe('')
  },
)
