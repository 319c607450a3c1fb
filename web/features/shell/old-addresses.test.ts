import {expect, test} from 'vitest'
import {addressNow} from '../commands/places.ts'

test.each([
  ['/journal', '/activity'],
  ['/journal/', '/activity'],
  ['/arrs', '/settings/arrs'],
  ['/arrs/Radarr-4K', '/library/arrs/Radarr-4K'],
  ['/arrs/a%20b', '/library/arrs/a%20b'],
  ['/servers', '/settings/servers'],
  ['/servers/seedbox', '/settings/servers/seedbox'],
  ['/trash', '/torrents/trash'],
  ['/orphans', '/torrents/orphaned-files'],
  ['/people', '/settings/users'],
  ['/processes', '/settings/system'],
  ['/account', '/settings/account'],
  ['/move-in', '/settings/move-in'],
  ['/overview', '/'],
  ['/storage', '/torrents/disk-space'],
  ['/queue', '/library'],
  ['/library/queue', '/library'],
  ['/users', '/settings/users'],
])('%s is at %s now', (old, now) => {
  expect(addressNow(old)).toBe(now)
  // Where a page is now nobody is sent on from: no redirect can go round.
  expect(addressNow(now)).toBeNull()
})

test.each(['/', '/torrents', '/rules', '/login', '/setup', '/journals', '/arrs/a/b', '/settings/arrs', ''])(
  '“%s” is no old address',
  (path) => {
    expect(addressNow(path)).toBeNull()
  },
)
