import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'
import {ProfileAlerts} from './profile-alerts.ts'

test('each cause of an Arr is shown once, again when it concerns something else, and until it is over', () => {
  const log = {error: () => undefined, warn: () => undefined}
  const written: object[] = []
  const board = new AlertBoard(new VirtualClock(), log, async (entries) => void written.push(...entries))
  const alerts = new ProfileAlerts(board)
  const [films, more] = [
    {id: 'radarr', name: 'Films'},
    {id: 'radarr-4k', name: 'Films in 4K'},
  ]
  const flipped = {code: 'profile_flipped', message: 'One.'} as const
  const shown = () => board.list().map(({name, code, message}) => [name, code, message])

  alerts.show(films, [flipped])
  alerts.show(more, [flipped])
  alerts.show(films, [flipped])
  expect(written).toHaveLength(2)
  alerts.show(films, [{...flipped, message: 'Two.'}])
  expect(shown()).toEqual([
    ['Films in 4K', 'profile_flipped', 'One.'],
    ['Films', 'profile_flipped', 'Two.'],
  ])
  alerts.show(films, [])
  alerts.show(more, [])
  expect(shown()).toEqual([])
})
