import {expect, test} from 'vitest'
import {healthStatuses} from '#model/server.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {first} from '../../i18n/english.ts'
import {actionFor, healthLook} from './health-words.ts'

const health = (status: string, reason = 'none', detail = '') => ({status, reason, detail, since: 0})

test('every status has a word and a shape of its own', () => {
  const shown = healthStatuses.map((status) => healthLook(health(status)))
  expect(shown.every(({word}) => word in first)).toBe(true)
  expect(new Set(shown.map(({word}) => word)).size).toBe(healthStatuses.length)
})

test('a status that is not known yet is called unknown', () => {
  expect(healthLook(health('dreaming')).word).toBe('server.status.unknown')
})

test('a server that a user switched off is no trouble, one whose password cannot be read is', () => {
  expect(isTrouble(health('paused', 'disabled'))).toBe(false)
  expect(isTrouble(health('paused', 'secret_unreadable'))).toBe(true)
})

test.each([
  ['unreachable', 'refused', '', 'own', 'try'],
  ['unreachable', 'refused', '', 'control', 'try'],
  ['unreachable', 'refused', '', 'view', null],
  ['unreachable', 'dns', '', 'own', 'edit'],
  ['unreachable', 'dns', '', 'control', 'try'],
  ['auth_failed', 'wrong_credentials', '', 'own', 'password'],
  ['unreachable', 'not_a_torrent_server', '<html>', 'own', 'answer'],
  ['banned', 'banned', '', 'own', 'try'],
  ['paused', 'disabled', '', 'own', 'on'],
  ['paused', 'disabled', '', 'control', null],
  ['online', 'none', '', 'own', null],
])('%s by %s (%s) offers %s: %s', (status, reason, detail, access, action) => {
  expect(actionFor(health(status, reason, detail), access)).toBe(action)
})
