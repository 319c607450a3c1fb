import {expect, test} from 'vitest'
import {currentHint, hintIds, hints, type SentRequest} from './hints.ts'

test('the hint of the page where the user is comes first, then the next that was not tried', () => {
  expect(currentHint(new Set(), '/')?.id).toBe('decide')
  expect(currentHint(new Set(['decide']), '/')?.id).toBe('undo')
  expect(currentHint(new Set(['list']), '/torrents')?.id).toBe('why')
  expect(currentHint(new Set(['decide']), '/library')?.id).toBe('list')
  expect(currentHint(new Set(hintIds), '/')).toBeNull()
})

const sent: readonly (readonly [SentRequest & {pathname?: string; search?: string}, string | null])[] = [
  [{method: 'POST', path: '/rules/demo-unregistered/resume'}, 'decide'],
  [{method: 'POST', path: '/arrs/Demo%20Radarr/actions'}, 'decide'],
  [{method: 'GET', path: '/arrs/Demo%20Radarr'}, null],
  [{method: 'POST', path: '/torrents/actions'}, 'list'],
  [{method: 'GET', path: '/torrents/abc/explain', search: '?at=a~b&tab=why'}, 'why'],
  // The first line of the details asks for it, too.
  [{method: 'GET', path: '/torrents/abc/explain', search: '?at=a~b'}, null],
  [{method: 'POST', path: '/trash/one/restore'}, 'undo'],
  [{method: 'GET', path: '/torrents/abc/explain', pathname: '/base/torrents/a/b/why'}, 'why'],
  [{method: 'POST', path: '/rules/preview', pathname: '/base/rules'}, 'rule'],
  // "Why?" asks how many torrents a change would concern.
  [{method: 'POST', path: '/rules/preview', pathname: '/torrents'}, null],
  [{method: 'GET', path: '/today'}, null],
]

test.each(sent)('%o tries %s', ({search = '', pathname = '/', ...request}, id) => {
  expect(hints.find((it) => it.isTriedBy(request, {pathname, search}))?.id ?? null).toBe(id)
})
