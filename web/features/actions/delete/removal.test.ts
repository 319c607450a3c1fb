import {expect, test} from 'vitest'
import type {RemovalPreview} from '../../../api/actions.ts'
import {
  freedOn,
  isOutdated,
  isTyped,
  keptByDoubt,
  keptBySharing,
  mustType,
  obstacles,
  outlookOf,
  withoutTrash,
} from './removal.ts'

type On = RemovalPreview['servers'][number]
const on = (name: string, change: Partial<On> = {}): On => ({
  server_id: name,
  server_name: name,
  online: true,
  count: 3,
  size: 30,
  freed: 30,
  freed_unknown: 0,
  shared: 0,
  kept: null,
  no_trash: null,
  obstacle: null,
  ...change,
})
const away = {code: 'server_not_online' as const, message: 'loft is unreachable.'}

test('more than 100 torrents or 1 TiB take the number, not less', () => {
  expect(mustType({count: 100, size: 2 ** 40})).toBe(false)
  expect(mustType({count: 101, size: 0})).toBe(true)
  expect(mustType({count: 1, size: 2 ** 40 + 1})).toBe(true)
})

test('the number may be typed with or without separators', () => {
  for (const typed of ['11992', '11,992', '11 992', '11.992']) expect(isTyped(typed, 11_992)).toBe(true)
  expect(isTyped('1199', 11_992)).toBe(false)
  expect(isTyped('', 0)).toBe(false)
})

test('only servers that take it free something, and what others need is not freed', () => {
  const preview = {
    servers: [
      on('seedbox', {shared: 1, freed: 20}),
      on('nas', {freed_unknown: 1}),
      on('attic', {shared: 3, freed: 0}),
      on('loft', {obstacle: away}),
    ],
  }
  const freed = [
    {name: 'seedbox', bytes: 20, isAtLeast: false},
    {name: 'nas', bytes: 30, isAtLeast: true},
  ]
  expect(freedOn(preview, false)).toEqual({later: freed, soon: []})
  expect(freedOn(preview, true)).toEqual({later: [], soon: freed})
  expect(keptBySharing(preview)).toBe(4)
  expect(obstacles(preview)).toEqual([{name: 'loft', message: 'loft is unreachable.'}])
  const refused = [{serverId: 'loft', name: 'loft', count: 3}]
  expect(outlookOf(preview, false)).toEqual({going: 9, kept: 0, refused})
  expect(outlookOf(preview, true)).toEqual({going: 5, kept: 4, refused})
})

test('where it is unknown who needs the data, it stays, and it is said why', () => {
  const preview = {servers: [on('seedbox'), on('loft', {online: false, obstacle: away})]}
  const now = (seedbox: string, loft: string) => [
    {server_id: 'seedbox', status: seedbox},
    {server_id: 'loft', status: loft},
    {server_id: 'shed', status: 'unreachable'},
  ]
  expect(isOutdated(preview, now('online', 'unreachable'))).toBe(false)
  expect(isOutdated(preview, now('degraded', 'connecting'))).toBe(false)
  expect(isOutdated(preview, now('unreachable', 'unreachable'))).toBe(true)
  expect(isOutdated(preview, now('online', 'online'))).toBe(true)
  expect(isOutdated(preview, [])).toBe(false)
})

test('where it is unknown who needs the data, it stays, and it is said why', () => {
  const kept = (count: number) => ({count, message: 'On the same machine shed has never sent its list.'})
  const preview = {
    servers: [
      on('seedbox', {kept: kept(3), freed: 0}),
      on('nas', {shared: 1, kept: kept(1), freed: 10}),
      on('loft', {kept: kept(2), obstacle: away}),
    ],
  }
  expect(freedOn(preview, false).later).toEqual([{name: 'nas', bytes: 10, isAtLeast: false}])
  expect(keptByDoubt(preview)).toEqual([
    {name: 'seedbox', ...kept(3)},
    {name: 'nas', ...kept(1)},
  ])
  expect(outlookOf(preview, true)).toMatchObject({going: 1, kept: 5})
  expect(outlookOf(preview, false)).toMatchObject({going: 6, kept: 0})
})

test('what the trash cannot take is freed soon, the rest when it leaves the trash', () => {
  const none = (count: number, freed: number) => ({count, freed, message: 'No folders are mapped.'})
  const preview = {
    servers: [
      on('seedbox'),
      on('box', {no_trash: none(3, 30)}),
      on('nas', {no_trash: none(1, 10)}),
      on('loft', {no_trash: none(3, 30), obstacle: away}),
    ],
  }
  const freed = (name: string, bytes: number) => ({name, bytes, isAtLeast: false})
  expect(freedOn(preview, false)).toEqual({
    later: [freed('seedbox', 30), freed('nas', 20)],
    soon: [freed('box', 30), freed('nas', 10)],
  })
  expect(withoutTrash(preview).map(({serverId, count}) => [serverId, count])).toEqual([
    ['box', 3],
    ['nas', 1],
  ])
})
