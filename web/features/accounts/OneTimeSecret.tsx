import '../../styles/mono.css'
import {text} from '../../i18n/text.ts'
import {CopyText} from '../../ui/CopyText.tsx'
import {Note} from '../../ui/Note.tsx'

/** A secret that is shown this once. */
export function OneTimeSecret({says, token}: {says: string; token: string}) {
  return (
    <div className="grid gap-3">
      <Note tone="warn">{says}</Note>
      <CopyText value={token} label={text('account.copy')} isMono />
    </div>
  )
}
