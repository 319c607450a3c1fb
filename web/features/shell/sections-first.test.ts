import {expect, test} from 'vitest'
import {sectionsFirst} from './needs.ts'

test('whole sections come first, else all stay in their order', () => {
  const settings = [
    'qBit.Trackers[a.example.org]',
    'Radarr-4K',
    'Settings.Port',
    '"my.box"',
    '"my.box2".Port',
    'Z',
  ]
  expect(sectionsFirst(settings)).toEqual([
    'Radarr-4K',
    '"my.box"',
    'Z',
    'qBit.Trackers[a.example.org]',
    'Settings.Port',
    '"my.box2".Port',
  ])
})

test('none is left out, however many there are', () => {
  const settings = Array.from({length: 3_000}, (_, at) => `Box.Trackers[host-${at}]`)
  expect(sectionsFirst([...settings, 'Box2'])).toEqual(['Box2', ...settings])
})
