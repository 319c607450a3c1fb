/** `npm run check`: the quick look before a commit. Types, lint, format, unused code and the walls between the rooms. */
import {runStep, staticChecks, tool} from './steps.ts'

let failed = 0
for (const step of [...staticChecks, tool('walls', 'vitest', 'run', '--project', 'unit', 'tools/walls')]) {
  if (!(await runStep(step))) failed++
}
process.exitCode = failed === 0 ? 0 : 1
