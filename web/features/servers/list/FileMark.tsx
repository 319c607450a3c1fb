import {useSession} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'

/** Declared in config.toml; of a demo there is none. */
export function FileMark() {
  if (useSession().demo) return null
  return (
    <span
      title={text('servers.of-file')}
      className="rounded-s border border-line-strong px-1 text-11/4 font-normal text-text-3"
    >
      {text('servers.file')}
    </span>
  )
}
