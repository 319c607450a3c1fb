import {expect, test} from 'vitest'
import {axes, axisNames, isLike, isPossible, nameOf, type Row} from './axes.ts'
import {covering, uncovered} from './covering.ts'
import {factsOf} from './facts.ts'
import {knownFailures} from './known-failures.ts'
import {dangerSpace, goes, isFree, knownIn, noDanger, oneDanger, pairs, rowOf} from './rows.ts'

test('each pair of values that can be comes together in a row that can be', () => {
  expect(uncovered(dangerSpace, pairs, 2)).toEqual([])
  expect(pairs.filter((row) => !isPossible(row))).toEqual([])
  expect(covering(dangerSpace, 2)).toEqual(pairs)
})

test('a pair that is in no row is missed', () => {
  const [kind, paths] = [axes.kind[1], axes.paths[1]]
  const others = pairs.filter((row) => row.kind !== kind || row.paths !== paths)
  expect(uncovered(dangerSpace, others, 2)).toContain(`${kind} + ${paths}`)
})

test('pairs are those of all values but the impossible', () => {
  const values = axisNames.map((axis) => axes[axis].length)
  const all = values.flatMap((one, at) => values.slice(at + 1).map((other) => one * other))
  // Nothing is asked of nobody (2), nobody loses sight of what he never saw (2), the clean-up of no Arr (1), and of a wrong
  // mapping all but the trash (3 wishes, 4 disks).
  expect(uncovered(dangerSpace, [], 2)).toHaveLength(all.reduce((sum, it) => sum + it) - 2 - 2 - 1 - 7)
})

test('what goes is exactly this, on each kind of server', () => {
  const rows = [...noDanger, ...oneDanger, ...pairs].filter((row) => goes(row) && knownIn(row) === null)
  const namesOf = (kind: Row['kind']) =>
    [...new Set(rows.filter((row) => row.kind === kind).map(nameOf))].toSorted()
  expect({
    qbittorrent: namesOf('qbittorrent'),
    transmission: namesOf('transmission'),
    rtorrent: namesOf('rtorrent'),
    deluge: namesOf('deluge'),
  }).toMatchInlineSnapshot(`
    {
      "deluge": [
        "deluge, by clean-up",
        "deluge, neighbour mapped, has paid, by a rule",
        "deluge, own mapped, by a person at once",
      ],
      "qbittorrent": [
        "qbittorrent, has paid, by a rule",
        "qbittorrent, neighbour mapped, by a person at once",
        "qbittorrent, nothing mapped, by clean-up",
        "qbittorrent, own mapped, by clean-up",
        "qbittorrent, own mapped, disk back, owes time, hard link, unknown to its Arr, program killed, clock a day back, by a person at once",
        "qbittorrent, own mapped, has paid, by a person",
      ],
      "rtorrent": [
        "rtorrent, disk back, program killed, clock three days ahead, by a person",
        "rtorrent, hard link, of no Arr, by a person at once",
        "rtorrent, has paid, by a person",
        "rtorrent, neighbour mapped, by clean-up",
        "rtorrent, nothing mapped, by a person at once",
        "rtorrent, own mapped, has paid, by a rule",
      ],
      "transmission": [
        "transmission, Arr away, by a person at once",
        "transmission, by a person at once",
        "transmission, nothing mapped, has paid, by a rule",
        "transmission, own mapped, by clean-up",
      ],
    }
  `)
})

test('most of what may go goes', () => {
  const free = [...noDanger, ...oneDanger, ...pairs].filter(
    (row) => isFree(factsOf(row)) && knownIn(row) === null,
  )
  expect(free.filter((row) => goes(row)).length / free.length).toBeGreaterThan(0.8)
})

test('each known failure has rows that are there, and values like theirs', () => {
  for (const {rows, loses, like} of knownFailures) {
    expect(rows).not.toEqual([])
    expect(rows.map((name) => nameOf(rowOf(name)))).toEqual(rows)
    if (loses) expect(rows.map(rowOf).filter((row) => !like.some((one) => isLike(row, one)))).toEqual([])
  }
})
