"""WhatsApp: reads webhooks into plain events and speaks to the provider; knows no model of ours.

In: `signature.verify_signature`, then `parse.parse`. Out: `payloads` builds a body, `client.CloudClient` sends it,
`errors` says what a refusal means.
"""
