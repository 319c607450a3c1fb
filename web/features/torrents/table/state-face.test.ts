import {expect, test} from 'vitest'
import type {Cell} from '../../../live/view.ts'
import {stateFace} from './state-face.ts'

const NOW = Date.parse('2026-11-20T07:00:00Z')

function faceOf(cells: Readonly<Record<string, Cell>>) {
  return stateFace((name) => cells[name], NOW)
}

function said(cells: Readonly<Record<string, Cell>>): string {
  const {icon, word, aside, bar} = faceOf(cells)
  return [icon, word, aside, bar === null ? 'no bar' : `${bar.kind} ${bar.share}`]
    .join(' · ')
    .replaceAll('\u00a0', ' ')
}

for (const [cells, face] of [
  [
    {state: 'downloading', progress: 0.642, complete: false},
    'downloading · Downloading · 64.2 % · solid 0.642',
  ],
  [{state: 'stalledDown', progress: 0.374, complete: false}, 'stalled · Stalled · 37.4 % · striped 0.374'],
  [
    {state: 'stalledDown', progress: 0, complete: false, added_at: NOW - 6_000},
    'downloading · Connecting · 0 % · no bar',
  ],
  [
    {state: 'stalledDown', progress: 0.01, complete: false, added_at: NOW - 60_000},
    'stalled · Stalled · 1.0 % · striped 0.01',
  ],
  [
    {state: 'stalledDown', progress: 0.01, complete: false, added_at: NOW + 1},
    'stalled · Stalled · 1.0 % · striped 0.01',
  ],
  [
    {state: 'stalledDown', progress: 0.01, complete: false, added_at: NOW + 3_600_000},
    'stalled · Stalled · 1.0 % · striped 0.01',
  ],
  [{state: 'error', complete: false, added_at: NOW - 6_000}, 'error · Error ·  · no bar'],
  [{state: 'queuedDown', complete: false, added_at: NOW - 6_000}, 'queued · Queued ·  · no bar'],
  [{state: 'seeding', progress: 1, complete: true}, 'seeding · Seeding ·  · no bar'],
  [{state: 'stalledUp', progress: 1, complete: true}, 'idle · Seeding · idle · no bar'],
  [{state: 'queuedDown', progress: 0, complete: false}, 'queued · Queued · 0 % · no bar'],
  [{state: 'stopped', progress: 0.5, complete: false}, 'stopped · Stopped · 50.0 % · grey 0.5'],
  [{state: 'metadata', complete: false}, 'metadata · Metadata ·  · no bar'],
  [
    {state: 'checking', progress: 1, complete: true, task_progress: 0.77},
    'checking · Checking · 77.0 % · solid 0.77',
  ],
  [{state: 'moving', task_progress: null, complete: true}, 'moving · Moving ·  · no bar'],
  [{state: 'downloading', complete: false}, 'downloading · Downloading ·  · no bar'],
  [
    {state: 'downloading', progress: 0.05, complete: false, stale: true, seen_at: NOW - 840_000},
    'aged · Downloading · 14 m old · grey 0.05',
  ],
  [{state: 'dreaming', native_state: 'dreaming'}, 'unknown · Unknown ·  · no bar'],
] as const) {
  test(`${JSON.stringify(cells)} looks like "${face}"`, () => {
    expect(said(cells)).toBe(face)
  })
}

test("an error shows the server's own words on hover, a state that we do not know the server's word", () => {
  expect(faceOf({state: 'error', message: 'No space left on device'}).title).toBe('No space left on device')
  expect(faceOf({state: 'dreaming', native_state: 'dreaming'}).title).toBe('dreaming')
})

test('only what a user should look at takes colour, and nothing that is old', () => {
  expect(faceOf({state: 'error'}).isLoud).toBe(true)
  expect(faceOf({state: 'stalledDown', added_at: NOW - 6_000}).isLoud).toBe(false)
  expect(faceOf({state: 'seeding'}).isLoud).toBe(false)
  expect(faceOf({state: 'error', stale: true, seen_at: NOW}).isLoud).toBe(false)
})
