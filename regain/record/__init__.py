"""What every entry shares: base model, signing, amending, audit."""
