import {expect, test} from 'vitest'
import {trackerLines} from './dialog-fields.ts'

test('an empty line begins a lower tier, and what is no address is reported', () => {
  const typed = ' https://a.example/announce\nudp://b.example:1\n\n\nwss://c.example\nnonsense '
  expect(trackerLines(typed)).toEqual({
    tiers: [
      ['https://a.example/announce', 'udp://b.example:1'],
      ['wss://c.example', 'nonsense'],
    ],
    wrong: ['nonsense'],
  })
})
