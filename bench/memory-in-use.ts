import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

/** Bytes in use: of the heap after a garbage collection, and of all typed arrays. */
export function memoryInUse(): number {
  // Benches are started without the flag that would let them ask.
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const {heapUsed, arrayBuffers} = process.memoryUsage()
  return heapUsed + arrayBuffers
}
