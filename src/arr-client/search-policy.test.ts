import {expect, test} from 'vitest'
import {researchAfter, willResearch} from './search-policy.ts'

const handling = (failed: boolean, interactive: boolean) => ({
  importsCompleted: true,
  searchesAfterFailure: failed,
  searchesAfterInteractiveFailure: interactive,
})

for (const [failed, afterInteractive, interactive, expected] of [
  [true, true, false, true],
  [true, false, false, true],
  [true, false, true, false],
  [true, true, true, true],
  [false, true, false, false],
  [false, true, true, false],
] as const) {
  test(`searches after failures ${failed}, after picked ones ${afterInteractive}, picked ${interactive}: ${expected}`, () => {
    expect(willResearch(handling(failed, afterInteractive), interactive)).toBe(expected)
  })
}

test('there is one search where one is wanted, and none where the Arr lets us decline', () => {
  for (const failed of [true, false]) {
    for (const way of ['queue', 'history'] as const) {
      const wanted = researchAfter(true, way, handling(failed, true), false)
      expect(Number(wanted.arrSearches) + Number(wanted.searchOurselves)).toBe(1)
      expect(wanted.skipRedownload).toBe(!wanted.arrSearches)
      const unwanted = researchAfter(false, way, handling(failed, true), false)
      expect(unwanted.searchOurselves).toBe(false)
      expect(unwanted.arrSearches).toBe(failed && way === 'history')
    }
  }
})
