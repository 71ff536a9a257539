import { useState } from 'preact/hooks';

type AddressFormProps = {
  label: string;
  /** What adds it. */
  doLabel: string;
  busy: boolean;
  /** Adds an address. Returns whether the API took it. */
  add(url: string): Promise<boolean>;
};

/** Asks for the address of something on the web. It is empty again once the address is taken. */
export function AddressForm({ label, doLabel, busy, add }: AddressFormProps) {
  const [url, setUrl] = useState('');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await add(url.trim())) setUrl('');
  };
  return (
    <form class="address" onSubmit={submit}>
      <label>
        {label}
        <input
          type="url"
          required
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={busy}>
        {doLabel}
      </button>
    </form>
  );
}
