import {readArguments, usage} from '#app/cli/arguments.ts'
import {backup, restore} from '#app/cli/backup.ts'
import {checkConfig} from '#app/cli/check-config.ts'
import {migrate} from '#app/cli/migrate.ts'
import {replay} from '#app/cli/replay.ts'
import {resetPassword} from '#app/cli/reset-password.ts'
import {rotateKey} from '#app/cli/rotate-key.ts'
import {serve} from '#app/serve.ts'
import {version} from '#app/version.ts'

const asked = readArguments(process.argv.slice(2), process.env)

/** Our timers keep no process alive: a command that waits for one, before it has opened anything, would just end. */
const underWay = setInterval(() => {}, 2 ** 31 - 1)

switch (asked.command) {
  case 'help':
    console.log(usage)
    break
  case 'version':
    console.log(version)
    break
  case 'wrong':
    console.error(`${asked.message}\n\n${usage}`)
    process.exitCode = 2
    break
  case 'check-config':
    process.exitCode = await checkConfig(asked.options)
    break
  case 'backup':
    process.exitCode = await backup(asked.file, asked.options)
    break
  case 'restore':
    process.exitCode = await restore(asked.file, asked.options)
    break
  case 'migrate':
    process.exitCode = await migrate(asked, asked.options)
    break
  case 'reset-password':
    process.exitCode = await resetPassword(asked.name, asked.options)
    break
  case 'rotate-key':
    process.exitCode = await rotateKey(asked.options)
    break
  case 'replay':
    process.exitCode = await replay(asked, asked.options)
    break
  case 'serve':
    process.exitCode = await serve(asked.options)
    break
}
clearInterval(underWay)
