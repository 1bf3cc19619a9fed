import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ExpectedError } from '../errors.js';

/** An address inside somebody's network: a page on the web must not make this machine talk to it. */
export class PrivateAddressError extends ExpectedError {
  override name = 'PrivateAddressError';

  constructor(host: string, address: string) {
    const found = host === address ? host : `${host}, which is ${address}`;
    super(
      `expected a public address, got ${found}: to read documents inside your own network, allow it with --allow-private`,
    );
  }
}

/**
 * Whether an address belongs to the public internet: not to this machine, its network, a carrier's, a cloud's metadata
 * service or any other block that IANA set aside.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process`: an IPv4 address that is written as IPv6 (::ffff:127.0.0.1) counts as what it is.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'rfc6052') return parsed.range() === 'unicast';
  // NAT64, by which machines without IPv4 reach it: the address is in the last four bytes.
  return isNat64(parsed) && new ipaddr.IPv4(parsed.toByteArray().slice(-4)).range() === 'unicast';
}

function isNat64(address: ipaddr.IPv4 | ipaddr.IPv6): address is ipaddr.IPv6 {
  return address.kind() === 'ipv6';
}

/**
 * Resolves names for connections to public addresses only. What it gives is what is connected to, so a name cannot mean one
 * address when it is checked and another when it is used.
 *
 * @throws PrivateAddressError in the callback, if any of the name's addresses is not public.
 */
export function publicLookup(lookup: LookupFunction = systemLookup): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found, family) => {
      const addresses = typeof found === 'string' ? [{ address: found, family: family ?? 4 }] : found;
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${host} has no address`), '', 0);
      const inside = addresses.find(({ address }) => !isPublicAddress(address));
      if (inside) return callback(new PrivateAddressError(host, inside.address), '', 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * Checks the host of a URL before a request: a written address is never looked up, and behind a proxy it is the proxy that
 * looks names up. A name that only the proxy knows passes; what it leads to is then the proxy's to allow.
 *
 * @throws PrivateAddressError
 */
export async function checkHost(
  { hostname }: URL,
  {
    lookup = systemLookup,
    resolve,
  }: { readonly lookup?: LookupFunction | undefined; readonly resolve: boolean },
): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host)) {
    if (!isPublicAddress(host)) throw new PrivateAddressError(host, host);
    return;
  }
  if (/(?:^|\.)localhost\.?$/i.test(host)) throw new PrivateAddressError(host, 'this machine');
  if (!resolve) return;
  await new Promise<void>((pass, fail) => {
    publicLookup(lookup)(host, { all: true }, (error) => {
      if (error instanceof PrivateAddressError) fail(error);
      else pass();
    });
  });
}
