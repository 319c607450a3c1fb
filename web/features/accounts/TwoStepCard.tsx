import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {twoStepQuery} from '../../api/accounts.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {TwoStepEndDialog} from './TwoStepEndDialog.tsx'
import {TwoStepStartDialog} from './TwoStepStartDialog.tsx'

/** Codes of an authenticator besides the password. */
export function TwoStepCard() {
  const {data} = useQuery(twoStepQuery)
  const [dialog, setDialog] = useState<'start' | 'end' | null>(null)
  if (!data) return null
  return (
    <Card
      title={text('account.two_step')}
      actions={
        data.on ? (
          <Button onClick={() => setDialog('end')}>{text('account.two_step.end')}</Button>
        ) : (
          <Button onClick={() => setDialog('start')}>{text('account.two_step.start')}</Button>
        )
      }
    >
      <p className="flex flex-wrap items-center gap-2 text-text-2">
        {data.on ? (
          <>
            <Badge tone="good">{text('account.two_step.on')}</Badge>
            {text('account.two_step.left', {count: data.recovery_codes})}
          </>
        ) : (
          text('account.two_step.off')
        )}
      </p>
      {dialog === 'start' && <TwoStepStartDialog onClose={() => setDialog(null)} />}
      {dialog === 'end' && <TwoStepEndDialog onClose={() => setDialog(null)} />}
    </Card>
  )
}
