/** @returns ms of the processor that this thread took so far: on a busy machine less than what passed */
export function cpuMsOfThread(): number {
  const {user, system} = process.threadCpuUsage()
  return (user + system) / 1_000
}
