import {expect, test} from 'vitest'
import {currentHint, hintIds, hints, placeBeside, type SentRequest} from './hints.ts'

const room = {width: 1_440, height: 900}
const hint = {width: 288, height: 140}

test.each([
  {control: {left: 500, top: 200, right: 600, bottom: 230}},
  {control: {left: 1_400, top: 200, right: 1_440, bottom: 230}},
  {control: {left: 20, top: 860, right: 120, bottom: 900}},
  {control: {left: 0, top: 0, right: 400, bottom: 900}},
  {control: {left: 900, top: 0, right: 1_440, bottom: 900}},
])('a hint covers nothing of its control, and stays in the window: $control', ({control}) => {
  const {left, top} = placeBeside(control, hint, room, [])!
  const [right, bottom] = [left + hint.width, top + hint.height]
  const isApart =
    right <= control.left || left >= control.right || bottom <= control.top || top >= control.bottom
  expect([isApart, left >= 0, top >= 0, right <= room.width, bottom <= room.height]).toEqual(
    Array(5).fill(true),
  )
})

test('where there is no place beside it, there is no hint', () => {
  expect(placeBeside({left: 0, top: 0, right: 1_440, bottom: 900}, hint, room, [])).toBeNull()
})

test('it covers no other button where there is a place that covers none, else as few as can be', () => {
  const control = {left: 400, top: 300, right: 500, bottom: 330}
  const below = {left: 450, top: 360, right: 500, bottom: 390}
  const above = {left: 450, top: 200, right: 500, bottom: 230}
  const left = {left: 200, top: 300, right: 300, bottom: 330}
  expect(placeBeside(control, hint, room, [])).toEqual({left: 400, top: 340})
  // To its left end below, where the button is not.
  expect(placeBeside(control, hint, room, [{...below, left: 520, right: 600}])).toEqual({left: 212, top: 340})
  expect(placeBeside(control, hint, room, [below])).toEqual({left: 400, top: 150})
  expect(placeBeside(control, hint, room, [below, above])).toEqual({left: 510, top: 300})
  const right = {left: 600, top: 180, right: 700, bottom: 430}
  const crowd = [below, below, above, above, right, right, left]
  expect(placeBeside(control, hint, room, crowd)).toEqual({left: 102, top: 300})
})

test('the hint of the page where somebody is comes first, then the next that was not tried', () => {
  expect(currentHint(new Set(), '/')?.id).toBe('decide')
  expect(currentHint(new Set(['decide']), '/')?.id).toBe('undo')
  expect(currentHint(new Set(['list']), '/torrents')?.id).toBe('why')
  expect(currentHint(new Set(['decide']), '/library')?.id).toBe('list')
  expect(currentHint(new Set(hintIds), '/')).toBeNull()
})

const sent: readonly (readonly [SentRequest & {search?: string}, string | null])[] = [
  [{method: 'POST', path: '/rules/demo-unregistered/resume'}, 'decide'],
  [{method: 'POST', path: '/arrs/Demo%20Radarr/actions'}, 'decide'],
  [{method: 'GET', path: '/arrs/Demo%20Radarr'}, null],
  [{method: 'POST', path: '/torrents/actions'}, 'list'],
  [{method: 'GET', path: '/torrents/abc/explain', search: '?at=a~b&tab=why'}, 'why'],
  // The first line of the details asks for it, too.
  [{method: 'GET', path: '/torrents/abc/explain', search: '?at=a~b'}, null],
  [{method: 'POST', path: '/trash/one/restore'}, 'undo'],
  [{method: 'POST', path: '/rules/preview'}, 'rule'],
  [{method: 'GET', path: '/today'}, null],
]

test.each(sent)('%o tries %s', ({search = '', ...request}, id) => {
  expect(hints.find((it) => it.isTriedBy(request, {search}))?.id ?? null).toBe(id)
})
