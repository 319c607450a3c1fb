/**
 * The order of test files: what takes long begins first, so that all workers end together. Seconds are those of
 * `seconds.json`, which `npm test -- --write-seconds` keeps; Files of one
 * project stay together, for a worker keeps what it has loaded from one to the next.
 */
import {relative} from 'node:path'
import {BaseSequencer, type TestSpecification} from 'vitest/node'
import {root} from '../steps.ts'
import type {Project} from './parts.ts'
import {knownSeconds} from './seconds.ts'

/** Projects whose tests wait for something run while others work. */
const order: readonly Project[] = ['days', 'web', 'lab', 'fleet', 'pg', 'unit']

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = knownSeconds()
    const placeOf = (it: TestSpecification) => order.findIndex((name) => name === it.project.name)
    const secondsOf = (it: TestSpecification) => known[relative(root, it.moduleId)] ?? 0
    return files.toSorted(
      (a, b) => placeOf(a) - placeOf(b) || secondsOf(b) - secondsOf(a) || (a.moduleId < b.moduleId ? -1 : 1),
    )
  }
}
